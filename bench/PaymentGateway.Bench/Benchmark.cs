namespace PaymentGateway.Bench;

/// <summary>The order of measurements. What is compared runs in turn, so that a slow minute of the machine hits all of it.</summary>
internal sealed class Benchmark(BenchOptions options, string folder)
{
    public const int LedgerClients = 32;
    public const int LedgerSet = 16;

    private const int WarmUpClients = 32;
    private const int TpcBScale = 10;
    private const string UngroupedDatabase = "bench_ungrouped";
    private const string CeilingDatabase = "bench_ceiling";
    private const string LedgerDatabase = "bench_ledger";
    private const string AuditDatabase = "bench_audit";
    private const string TpcBDatabase = "bench_tpcb";
    private static readonly TimeSpan warmUpMax = TimeSpan.FromSeconds(10);

    private readonly string data = Path.Combine(folder, "data");
    private readonly List<PaymentRound> payments = [];
    private readonly List<LedgerFigures> transfers = [];
    private readonly List<double> linked = [];
    private readonly List<string> errors = [];

    public async Task<Figures> Run(CancellationToken cancel)
    {
        Say("the first start");
        await using (var first = await GatewayProcess.Start(options.Server, data, options.Settings, cancel))
        {
            await new Cluster(first).AllowMoreConnections(cancel);
        }

        Say("starts with an existing database");
        var starts = new List<double>();
        while (starts.Count < options.Starts)
        {
            await using var again = await GatewayProcess.Start(options.Server, data, options.Settings, cancel);
            starts.Add(again.StartTime.TotalSeconds);
        }

        await using var gateway = await GatewayProcess.Start(options.Server, data, options.Settings, cancel);
        var resident = await MeasurePayments(gateway, cancel);
        await MeasureLedger(gateway, cancel);
        await MeasureAudit(gateway, cancel);
        return new(
            [.. payments.GroupBy(round => round.Clients).Select(Medians)],
            new(
                Statistics.Median(transfers.Select(t => t.Single)), Statistics.Median(transfers.Select(t => t.InSets)),
                Statistics.Median(transfers.Select(t => t.TpcB))),
            Statistics.Median(linked), resident, Statistics.Median(starts), errors.Count, errors.FirstOrDefault(), await new Cluster(gateway).Version(cancel),
            await Disk.FileSystemOf(folder, cancel), Disk.SyncMilliseconds(folder));
    }

    private async Task<long> MeasurePayments(GatewayProcess gateway, CancellationToken cancel)
    {
        var cluster = new Cluster(gateway);
        var pgbench = new Pgbench(options.Pgbench, gateway);
        await PrepareCeiling(cluster, cancel);
        await cluster.Create(UngroupedDatabase, cancel);
        await using var ungrouped = await gateway.StartWithoutGroups(options.Server, Path.Combine(folder, "ungrouped"), UngroupedDatabase, options.Settings, cancel);
        using var load = new PaymentLoad(gateway.Address, gateway.Merchant());
        using var ungroupedLoad = new PaymentLoad(ungrouped.Address, ungrouped.Merchant());
        Say("warm-up");
        await WarmUp(load, cancel);
        await WarmUp(ungroupedLoad, cancel);
        await pgbench.Measure(CeilingDatabase, Plain, WarmUpClients, TimeSpan.FromSeconds(1), cancel);
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var clients in options.Clients)
            {
                Say($"round {round} of {options.Rounds}: payments, {clients} {(clients == 1 ? "client" : "clients")}");
                payments.Add(await MeasureRound(gateway, cluster, pgbench, load, ungroupedLoad, clients, cancel));
            }
        }

        return gateway.ResidentBytes();
    }

    private async Task WarmUp(PaymentLoad load, CancellationToken cancel)
    {
        await load.Tokenize(cancel);
        errors.AddRange((await load.Run(WarmUpClients, options.Duration < warmUpMax ? options.Duration : warmUpMax, cancel)).Errors);
    }

    private async Task<PaymentRound> MeasureRound(
        GatewayProcess gateway, Cluster cluster, Pgbench pgbench, PaymentLoad load, PaymentLoad ungroupedLoad, int clients, CancellationToken cancel)
    {
        await cluster.Checkpoint(cancel);
        var (cpu, wal) = (ProcessorTime.Now(gateway), await cluster.WalBytes(cancel));
        var run = await load.Run(clients, options.Duration, cancel);
        (cpu, wal) = (ProcessorTime.Now(gateway).Since(cpu), await cluster.WalBytes(cancel) - wal);
        errors.AddRange(run.Errors);

        await cluster.Checkpoint(cancel);
        var ungrouped = await ungroupedLoad.Run(clients, options.Duration, cancel);
        errors.AddRange(ungrouped.Errors);

        await cluster.Checkpoint(cancel);
        var ceilingWal = await cluster.WalBytes(cancel);
        var ceiling = await pgbench.Measure(CeilingDatabase, Plain, clients, options.Duration, cancel);
        ceilingWal = await cluster.WalBytes(cancel) - ceilingWal;

        await cluster.Checkpoint(cancel);
        var pipelined = await pgbench.Measure(CeilingDatabase, Pipelined, clients, options.Duration, cancel);
        var made = Math.Max(1, run.Payments);
        return new(
            clients, run, ungrouped, ceiling.PerSecond, pipelined.PerSecond,
            new(cpu.Server / made, cpu.Postgres / made, cpu.Load / made), (double)wal / made,
            (double)ceilingWal / Math.Max(1, ceiling.Transactions));
    }

    private async Task MeasureLedger(GatewayProcess gateway, CancellationToken cancel)
    {
        var cluster = new Cluster(gateway);
        var pgbench = new Pgbench(options.Pgbench, gateway);
        await cluster.Create(TpcBDatabase, cancel);
        await pgbench.Initialize(TpcBDatabase, TpcBScale, cancel);
        await cluster.Create(LedgerDatabase, cancel);
        await using var db = await cluster.Migrate(LedgerDatabase, folder, cancel);
        await using var ledger = new LedgerLoad(db);
        await ledger.OpenAccounts(cancel);
        await ledger.Measure(LedgerClients, transfersPerCommit: 1, TimeSpan.FromSeconds(1), cancel);
        for (var round = 1; round <= options.Rounds; round++)
        {
            Say($"round {round} of {options.Rounds}: the ledger alone");
            await cluster.Checkpoint(cancel);
            var single = await ledger.Measure(LedgerClients, transfersPerCommit: 1, options.Duration, cancel);
            await cluster.Checkpoint(cancel);
            var tpcB = await pgbench.Measure(TpcBDatabase, script: null, LedgerClients, options.Duration, cancel);
            await cluster.Checkpoint(cancel);
            var inSets = await ledger.Measure(LedgerClients, LedgerSet, options.Duration, cancel);
            transfers.Add(new(single, inSets, tpcB.PerSecond));
        }
    }

    private async Task MeasureAudit(GatewayProcess gateway, CancellationToken cancel)
    {
        var cluster = new Cluster(gateway);
        await cluster.Create(AuditDatabase, cancel);
        await using var db = await cluster.Migrate(AuditDatabase, folder, cancel);
        var audit = new AuditLoad(db);
        for (var round = 1; round <= options.Rounds; round++)
        {
            Say($"round {round} of {options.Rounds}: the chain of audit logs alone");
            await cluster.Checkpoint(cancel);
            linked.Add(await audit.Measure(round, cancel));
        }
    }

    private static string Plain => Path.Combine(AppContext.BaseDirectory, "ceiling.sql");

    private string Pipelined => Path.Combine(folder, "ceiling-pipelined.sql");

    /// <summary>A second database of the same cluster, with the same tables, constraints and triggers.</summary>
    private async Task PrepareCeiling(Cluster cluster, CancellationToken cancel)
    {
        await cluster.Create(CeilingDatabase, cancel);
        await using var db = await cluster.Migrate(CeilingDatabase, folder, cancel);
        await using var command = db.System.CreateCommand(
            await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "ceiling-setup.sql"), cancel));
        await command.ExecuteNonQueryAsync(cancel);
        var pipelined = (await File.ReadAllLinesAsync(Plain, cancel)).Select(line => line switch
        {
            "BEGIN;" => "\\startpipeline\nBEGIN;",
            "COMMIT;" => "COMMIT;\n\\endpipeline",
            _ => line,
        });
        await File.WriteAllLinesAsync(Pipelined, pipelined, cancel);
    }

    private static ClientFigures Medians(IGrouping<int, PaymentRound> rounds)
    {
        double Of(Func<PaymentRound, double> figure) => Statistics.Median(rounds.Select(figure));
        Latency LatencyOf(Func<PaymentRound, double[]> calls) =>
            new(Of(r => Statistics.Percentile(calls(r), 50)), Of(r => Statistics.Percentile(calls(r), 99)));
        return new(
            rounds.Key, Of(r => r.Load.PerSecond), Of(r => r.Ungrouped.PerSecond), Of(r => r.Ceiling), Of(r => r.Pipelined),
            LatencyOf(r => r.Load.CreateMilliseconds), LatencyOf(r => r.Load.PayMilliseconds), LatencyOf(r => r.Ungrouped.PayMilliseconds),
            new(Of(r => r.Cpu.Server), Of(r => r.Cpu.Postgres), Of(r => r.Cpu.Load)),
            Of(r => r.WalBytes), Of(r => r.CeilingWalBytes));
    }

    /// <summary>Standard output belongs to the figures.</summary>
    private static void Say(string what) => Console.Error.WriteLine($"  {what} …");

    private sealed record PaymentRound(
        int Clients, LoadRun Load, LoadRun Ungrouped, double Ceiling, double Pipelined, ProcessorTime Cpu, double WalBytes, double CeilingWalBytes);
}
