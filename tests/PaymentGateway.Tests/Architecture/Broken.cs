// Each type here breaks one rule of the house on purpose, in a namespace of the server. ArchitectureTests expects every one to be named.
// This is the one file of the tests whose namespaces are not those of its folder.
using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Ledger;
using PaymentGateway.Payments;

namespace PaymentGateway.Ledger
{
    internal sealed class BreaksDirectionInABody
    {
        internal static int Checks() => PaymentsArea.BookChecks.Count;
    }

    internal sealed class BreaksDirectionInAField
    {
        internal PaymentSettings? Settings { get; set; }
    }

    internal sealed class BreaksDirectionInAGenericArgument
    {
        internal static object Make() => new Dictionary<string, PaymentSettings[]>();
    }

    [TypeConverter(typeof(PaymentSettings))]
    internal sealed class BreaksDirectionInAnAttribute;

    internal interface BreaksDirectionInASignature
    {
        void Take(ref PaymentSettings settings);
    }

    internal sealed class BreaksDirectionInAClosure
    {
        internal static Func<TimeSpan, object> Make(TimeSpan lifetime) => timeout => new PaymentSettings(timeout, lifetime);
    }

    internal sealed class BreaksDirectionInAnAsyncMethod
    {
        internal static async Task<string> Make(TimeSpan time)
        {
            await Task.Yield();
            return new PaymentSettings(time, time).ToString();
        }
    }
}

namespace PaymentGateway.Helpers
{
    internal sealed class BelongsNowhere
    {
        internal object? Anything { get; set; }
    }
}

namespace PaymentGateway.Payments
{
    internal sealed class BreaksPrivacyOfAType
    {
        internal static object Writer() => LedgerRows.Entry;
    }

    internal sealed class BreaksPrivacyOfAMember
    {
        internal static int Rows(Change change) => change.Rows.Count;
    }

    internal sealed class HoldsSql
    {
        internal static string Sql() =>
            """
            SELECT id
            FROM payments.payments
            """;
    }

    internal sealed class HoldsSqlInAConstant
    {
        internal const string Sql = "UPDATE payments.payments SET state = 'failed'";
    }

    internal sealed class CallsOut
    {
        internal static Task<string> Get(HttpClient client) => client.GetStringAsync(new Uri("http://127.0.0.1/"));
    }

    internal sealed class NamesTheClock
    {
        internal static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();
    }

    internal static class ImpureDecisions
    {
#pragma warning disable RS0030 // Banned: that is the point.
        internal static string Decide(TimeProvider clock, Db db, HttpContext http) =>
            $"{clock.GetUtcNow()} {db.System} {http.Request.Path} {new Random(1).Next()} {DateTimeOffset.UtcNow} {Id.New("pay", clock)}";
#pragma warning restore RS0030
    }
}
