using System.CommandLine;
using PaymentGateway.Audit;
using PaymentGateway.Database;
using PaymentGateway.Identity;
using PaymentGateway.Ledger;
using PaymentGateway.Settings;

namespace PaymentGateway.Hosting;

/// <summary><c>verify</c>: checks every invariant over the whole book and every chain of audit logs, and prints the trial balance.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var command =
            new Command("verify", "Check the whole book and the audit logs, and print the trial balance. Exit code 1 when something does not hold.")
        {
            Startup.DataOption,
        };
        command.SetAction((parsed, cancel) => CommandLine.Guard(() =>
            Verify(Startup.ReadSettings(), Path.GetFullPath(parsed.GetValue(Startup.DataOption)!), cancel)));
        return command;
    }

    private static async Task<int> Verify(ServerSettings settings, string dataDirectory, CancellationToken cancel)
    {
        using var logging = Startup.Logging(settings);
        await using var db = await Startup.OpenDatabaseToRead(settings, dataDirectory, logging.CreateLogger("Database"), cancel);
        var report = await new BookVerifier(db, ChecksOfAreas(settings, db)).Verify(cancel);
        var chains = await new AuditVerifier(db, TimeProvider.System).VerifyAll(cancel);
        await Print(report, Console.Out);
        await Print(chains, Console.Out);
        return report.Holds && chains.All(chain => chain.Broken is null) ? 0 : 1;
    }

    /// <summary>Every area registers what must hold for it. Nothing here seals or opens a secret: any key will do.</summary>
    private static BookCheck[] ChecksOfAreas(ServerSettings settings, Db db)
    {
        var services = new ServiceCollection();
        services.AddAreas(new ServerContext(settings, db, new KeyRing([new EncryptionKey("none", new byte[EncryptionKey.Length])])));
        using var provider = services.BuildServiceProvider();
        return [.. provider.GetServices<BookCheck>()];
    }

    /// <summary>A line for each merchant and mode: the head of its chain, which is worth keeping elsewhere, or where it is broken.</summary>
    public static async Task Print(IReadOnlyList<ChainReport> chains, TextWriter output)
    {
        await output.WriteLineAsync("\nAudit logs");
        foreach (var chain in chains)
        {
            var place = $"{chain.Tenant.MerchantId} {chain.Tenant.Mode.ToSql()}";
            await output.WriteLineAsync(chain.Broken is { } broken
                ? $"BROKEN  {place}: {broken.Sentence}"
                : $"holds   {place}: {chain.Rows} rows, head {chain.Sequence}:{chain.Head}, {chain.Waiting} waiting for their link");
        }
    }

    /// <summary>The checks, then the trial balance in major units.</summary>
    public static async Task Print(BookReport report, TextWriter output)
    {
        foreach (var check in report.Checks)
        {
            await output.WriteLineAsync($"{(check.Broken.Count == 0 ? "holds " : "BROKEN")}  {check.Name}");
            foreach (var place in check.Broken)
            {
                await output.WriteLineAsync($"          {place}");
            }
        }

        await output.WriteLineAsync($"\nTrial balance of {report.Transactions} transactions with {report.Entries} entries\n");
        await output.WriteLineAsync($"  {"mode",-5} {"account",-32} {"",3} {"debit",18} {"credit",18} {"pending",14}");
        foreach (var group in report.TrialBalance.GroupBy(row => (row.Mode, row.Currency)))
        {
            foreach (var row in group)
            {
                await WriteRow(output, row.Mode, row.Code, row.Currency, row.Debit, row.Credit, row.Pending);
            }

            await WriteRow(output, group.Key.Mode, "sum",
                group.Key.Currency, group.Sum(r => r.Debit), group.Sum(r => r.Credit), group.Sum(r => r.Pending));
        }
    }

    private static Task WriteRow(TextWriter output, string mode, string account, string currencyCode, decimal debit, decimal credit, decimal pending)
    {
        var exponent = Currency.TryParse(currencyCode, out var currency) ? currency.Exponent : 0;
        string Major(decimal minor) => (minor / (decimal)Math.Pow(10, exponent)).ToString($"F{exponent}");
        return output.WriteLineAsync($"  {mode,-5} {account,-32} {currencyCode,3} {Major(debit),18} {Major(credit),18} {Major(pending),14}");
    }
}
