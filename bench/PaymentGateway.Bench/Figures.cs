namespace PaymentGateway.Bench;

/// <summary>The same load at one number of clients; every figure is the median of the rounds.</summary>
/// <param name="Clients">How many at once.</param>
/// <param name="Payments">Over HTTP, a second.</param>
/// <param name="Ceiling">The same durable writes by pgbench, one statement after the other.</param>
/// <param name="PipelinedCeiling">The same again, each transaction sent whole, as the server sends its own.</param>
/// <param name="Create">Of the call that creates the order.</param>
/// <param name="Pay">Of the call that pays it.</param>
/// <param name="Cpu">Milliseconds of processor for each payment.</param>
/// <param name="WalBytes">Write-ahead log for each payment over HTTP, background work included.</param>
/// <param name="CeilingWalBytes">And for each of pgbench's.</param>
internal sealed record ClientFigures(
    int Clients, double Payments, double Ceiling, double PipelinedCeiling, Latency Create, Latency Pay, ProcessorTime Cpu,
    double WalBytes, double CeilingWalBytes)
{
    public double ToCeiling => Payments / Ceiling;

    public double ToPipelinedCeiling => Payments / PipelinedCeiling;
}

internal sealed record Latency(double P50, double P99);

/// <summary>Transfers a second at one number of clients.</summary>
/// <param name="Single">One transfer, one commit.</param>
/// <param name="InSets">Several transfers in each commit.</param>
/// <param name="TpcB">pgbench's own TPC-B-like script.</param>
internal sealed record LedgerFigures(double Single, double InSets, double TpcB)
{
    public double ToTpcB => Single / TpcB;
}

/// <param name="AuditRowsLinked">A second, by the chainer alone.</param>
internal sealed record Figures(
    IReadOnlyList<ClientFigures> ByClients, LedgerFigures Ledger, double AuditRowsLinked, long ResidentBytes, double StartSeconds, int Errors, string? FirstError,
    string PostgresVersion, string FileSystem, double SyncMilliseconds)
{
    /// <summary>Rows linked a second to rows that the most payments a second write: the chain keeps up while this is above 1.</summary>
    public double AuditToPayments => AuditRowsLinked / (ByClients.Max(f => f.Payments) * AuditLoad.RowsPerPayment);
}
