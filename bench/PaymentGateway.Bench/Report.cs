using System.Text.Json;

namespace PaymentGateway.Bench;

/// <summary>The figures for people, then one line of JSON for programs.</summary>
internal static class Report
{
    private const double Megabyte = 1024 * 1024;

    public static void Print(BenchOptions options, Figures figures, TextWriter output)
    {
        output.WriteLine(
            $"PaymentGateway {options.Commit}, {Environment.ProcessorCount} cores, PostgreSQL {figures.PostgresVersion}, {figures.FileSystem}, "
            + $"a synced write {figures.SyncMilliseconds:0.00} ms; medians of {options.Rounds} rounds of {options.Duration.TotalSeconds:0} s");
        PrintRates(figures, output);
        PrintCalls(figures, output);
        PrintCosts(figures, output);
        output.WriteLine();
        output.WriteLine($"ledger alone, {Benchmark.LedgerClients} clients   transfers/s  to TPC-B");
        output.WriteLine($"  one transfer a commit    {figures.Ledger.Single,11:0}  {figures.Ledger.ToTpcB,8:0.00}");
        output.WriteLine($"  {Benchmark.LedgerSet} transfers a commit    {figures.Ledger.InSets,11:0}  {figures.Ledger.InSets / figures.Ledger.TpcB,8:0.00}");
        output.WriteLine($"  pgbench TPC-B-like       {figures.Ledger.TpcB,11:0}");
        output.WriteLine();
        output.WriteLine(
            $"audit rows linked a second                {figures.AuditRowsLinked:0}, {figures.AuditToPayments:0.0} times what the most payments write");
        output.WriteLine();
        output.WriteLine($"memory of the server after the payments   {figures.ResidentBytes / Megabyte:0} MB");
        output.WriteLine($"start-up with an existing database        {figures.StartSeconds:0.00} s");
        output.WriteLine($"errors                                    {figures.Errors}{(figures.FirstError is { } first ? $", the first: {first}" : "")}");
        output.WriteLine();
        output.WriteLine(Json(options, figures));
    }

    private static void PrintRates(Figures figures, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("clients  payments/s   ceiling/s  share   pipelined/s  share");
        foreach (var f in figures.ByClients)
        {
            output.WriteLine(
                $"{f.Clients,7}  {f.Payments,10:0}  {f.Ceiling,10:0}  {f.ToCeiling,5:0.00}  {f.PipelinedCeiling,12:0}  {f.ToPipelinedCeiling,5:0.00}");
        }
    }

    private static void PrintCalls(Figures figures, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("clients  create p50  create p99     pay p50     pay p99  (ms)");
        foreach (var f in figures.ByClients)
        {
            output.WriteLine($"{f.Clients,7}  {f.Create.P50,10:0.0}  {f.Create.P99,10:0.0}  {f.Pay.P50,10:0.0}  {f.Pay.P99,10:0.0}");
        }
    }

    private static void PrintCosts(Figures figures, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("clients  CPU ms/payment: server  postgres  load     split  WAL bytes/payment: server  ceiling");
        foreach (var f in figures.ByClients)
        {
            output.WriteLine(
                $"{f.Clients,7}  {f.Cpu.Server,22:0.00}  {f.Cpu.Postgres,8:0.00}  {f.Cpu.Load,4:0.00}  "
                + $"{Share(f.Cpu.Server, f.Cpu):P0} {Share(f.Cpu.Postgres, f.Cpu):P0} {Share(f.Cpu.Load, f.Cpu):P0}  {f.WalBytes,18:0}  {f.CeilingWalBytes,13:0}");
        }
    }

    private static string Json(BenchOptions options, Figures figures)
    {
        Dictionary<string, object> ByClients(Func<ClientFigures, object> figure) =>
            figures.ByClients.ToDictionary(f => $"{f.Clients}", figure, StringComparer.Ordinal);
        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["commit"] = options.Commit,
            ["cores"] = Environment.ProcessorCount,
            ["postgres"] = figures.PostgresVersion.Split(' ')[0],
            ["filesystem"] = figures.FileSystem,
            ["sync_ms"] = Round(figures.SyncMilliseconds),
            ["seconds"] = options.Duration.TotalSeconds,
            ["rounds"] = options.Rounds,
            ["payments_per_second"] = ByClients(f => Round(f.Payments)),
            ["ceiling_per_second"] = ByClients(f => Round(f.Ceiling)),
            ["pipelined_ceiling_per_second"] = ByClients(f => Round(f.PipelinedCeiling)),
            ["payments_to_ceiling"] = ByClients(f => Round(f.ToCeiling)),
            ["payments_to_pipelined_ceiling"] = ByClients(f => Round(f.ToPipelinedCeiling)),
            ["create_p50_ms"] = ByClients(f => Round(f.Create.P50)),
            ["create_p99_ms"] = ByClients(f => Round(f.Create.P99)),
            ["pay_p50_ms"] = ByClients(f => Round(f.Pay.P50)),
            ["pay_p99_ms"] = ByClients(f => Round(f.Pay.P99)),
            ["errors"] = figures.Errors,
            ["cpu_split"] = ByClients(f => Parts(part => Round(Share(part, f.Cpu)), f.Cpu)),
            ["cpu_ms_per_payment"] = ByClients(f => Parts(Round, f.Cpu)),
            ["wal_bytes_per_payment"] = ByClients(f => Math.Round(f.WalBytes)),
            ["ceiling_wal_bytes_per_payment"] = ByClients(f => Math.Round(f.CeilingWalBytes)),
            ["ledger_per_second"] = Round(figures.Ledger.Single),
            ["ledger_in_sets_per_second"] = Round(figures.Ledger.InSets),
            ["tpcb_per_second"] = Round(figures.Ledger.TpcB),
            ["ledger_to_tpcb"] = Round(figures.Ledger.ToTpcB),
            ["audit_rows_linked_per_second"] = Math.Round(figures.AuditRowsLinked),
            ["audit_linked_to_written"] = Round(figures.AuditToPayments),
            ["rss_mb"] = Math.Round(figures.ResidentBytes / Megabyte),
            ["start_seconds"] = Round(figures.StartSeconds),
        });
    }

    private static Dictionary<string, double> Parts(Func<double, double> figure, ProcessorTime cpu) => new(StringComparer.Ordinal)
    {
        ["server"] = figure(cpu.Server),
        ["postgres"] = figure(cpu.Postgres),
        ["load"] = figure(cpu.Load),
    };

    private static double Share(double part, ProcessorTime cpu) => cpu.Total == 0 ? 0 : part / cpu.Total;

    private static double Round(double value) => Math.Round(value, 3);
}
