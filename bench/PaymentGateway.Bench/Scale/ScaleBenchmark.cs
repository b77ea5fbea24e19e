using Dapper;
using Npgsql;

namespace PaymentGateway.Bench.Scale;

/// <param name="Few">Payments in the small history.</param>
/// <param name="Many">Payments in the large one.</param>
/// <param name="Rounds">How often every call is made against each.</param>
internal sealed record ScaleOptions(int Few, int Many, int Rounds, string Server, string Commit)
{
    /// <summary>What <c>bench/scale</c> hands over; it has checked the options already.</summary>
    public static ScaleOptions Read(string[] arguments)
    {
        var values = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new(
            BenchOptions.Whole(values["--few"]), BenchOptions.Whole(values["--many"]), BenchOptions.Whole(values["--calls"]),
            values["--server"], values["--commit"]);
    }
}

/// <summary>
/// The same calls against a short history and a long one, in turn: two servers on this machine, each with its own PostgreSQL, of
/// which only one is ever busy.
/// </summary>
internal sealed class ScaleBenchmark(ScaleOptions options, string folder)
{
    private const int WarmUpRounds = 20;

    public async Task Run(TextWriter output, CancellationToken cancel)
    {
        await using var small = await GatewayProcess.Start(options.Server, Path.Combine(folder, "small"), cancel);
        await using var large = await GatewayProcess.Start(options.Server, Path.Combine(folder, "large"), cancel);
        using var few = await Fill(small, options.Few, cancel);
        using var many = await Fill(large, options.Many, cancel);
        await Repeat(WarmUpRounds, few, many, cancel);
        few.Milliseconds.Clear();
        many.Milliseconds.Clear();
        await Repeat(options.Rounds, few, many, cancel);
        Print(few, many, output);
        await PrintScans(large, output, cancel);
    }

    private static async Task Repeat(int rounds, ScaleLoad few, ScaleLoad many, CancellationToken cancel)
    {
        for (var round = 0; round < rounds; round++)
        {
            await few.Round(cancel);
            await many.Round(cancel);
        }
    }

    private static async Task<ScaleLoad> Fill(GatewayProcess gateway, int payments, CancellationToken cancel)
    {
        var load = new ScaleLoad(gateway.Address, gateway.Merchant(), payments);
        await load.Tokenize(cancel);
        var (orderId, _) = await load.Pay(cancel);
        load.CopiedOrder = orderId;
        var address = gateway.ConnectionStringTo(Cluster.ServerDatabase);
        await using var connection = new NpgsqlConnection(address + ";Pooling=false");
        await connection.OpenAsync(cancel);
        while (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM events.outbox") > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancel);
        }

        var begun = TimeProvider.System.GetTimestamp();
        var copies = await PaymentCopies.Of(address, orderId, cancel);
        await copies.Write(payments, cancel);
        await connection.ExecuteAsync(new CommandDefinition("VACUUM ANALYZE; CHECKPOINT; SELECT pg_stat_reset()", commandTimeout: 3600, cancellationToken: cancel));
        await Console.Error.WriteLineAsync(
            $"{payments} payments of {copies.RowsEach} rows each, copied in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s");
        return load;
    }

    private void Print(ScaleLoad few, ScaleLoad many, TextWriter output)
    {
        output.WriteLine($"PaymentGateway {options.Commit}, {Environment.ProcessorCount} cores; {options.Rounds} calls of each kind, one at a time, in turn; milliseconds");
        output.WriteLine();
        output.WriteLine($"| call | p50 at {options.Few:N0} | p50 at {options.Many:N0} | ratio | p99 at {options.Few:N0} | p99 at {options.Many:N0} | ratio |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (call, times) in few.Milliseconds)
        {
            var more = many.Milliseconds[call];
            var cells = new[] { 50, 99 }.Select(percent => (Statistics.Percentile(times, percent), Statistics.Percentile(more, percent)))
                .Select(pair => $"{pair.Item1:0.0} | {pair.Item2:0.0} | {pair.Item2 / pair.Item1:0.00}");
            output.WriteLine($"| {call} | {string.Join(" | ", cells)} |");
        }
    }

    /// <summary>PostgreSQL's own count since the copies were written: a table of the history must not be read from end to end.</summary>
    private static async Task PrintScans(GatewayProcess gateway, TextWriter output, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(gateway.ConnectionStringTo(Cluster.ServerDatabase) + ";Pooling=false");
        await connection.OpenAsync(cancel);
        var scanned = await connection.QueryAsync<(string Table, long Scans, long Rows)>(
            """
            SELECT schemaname || '.' || relname, seq_scan, n_live_tup FROM pg_stat_user_tables
            WHERE seq_scan > 0 AND n_live_tup > 10000 ORDER BY n_live_tup DESC
            """);
        output.WriteLine();
        output.WriteLine(scanned.Any()
            ? $"Read from end to end: {string.Join(", ", scanned.Select(t => $"{t.Table} ({t.Scans} times, {t.Rows} rows)"))}"
            : "No table of the history was read from end to end.");
    }
}
