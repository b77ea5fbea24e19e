using System.Net;
using Dapper;
using Npgsql;
using PaymentGateway.Bench.Scale;
using PaymentGateway.Http;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Scale;

/// <summary>A history that is long enough for PostgreSQL to prefer an index wherever there is one.</summary>
public sealed class LongHistoryTests : IAsyncLifetime
{
    private const int Payments = 20_000;

    private TestDatabase database = null!;
    private string copied = "";

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        await PlanLog.Begin(database);
        await using var gateway = await TestGateway.Start(database);
        using var shop = gateway.Client();
        var orderId = await shop.CreateOrder();
        await shop.PayByCard(orderId);
        copied = orderId;
        var copies = await PaymentCopies.Of(database.ConnectionString, orderId, default);
        await copies.Write(Payments, default);
        await Execute("VACUUM ANALYZE");
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task The_copies_are_payments_like_any_other_and_the_book_holds()
    {
        await using var gateway = await TestGateway.Start(database);
        using var shop = gateway.Client();
        var order = await shop.GetJson($"/api/payments/orders/{OrderId(Payments / 2)}");
        Assert.Equal("paid", order.GetProperty("status").GetString());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task No_request_reads_a_table_of_the_history_from_end_to_end()
    {
        await Execute("SELECT pg_stat_reset()");
        await using (var gateway = await TestGateway.Start(database))
        {
            using var shop = gateway.Client();
            await LookAround(shop);
            for (var payment = 0; payment < 3; payment++)
            {
                Assert.Equal(HttpStatusCode.Created, (await shop.PayByCard(await shop.CreateOrder())).Status);
            }
        }

        // A session hands its counts over when it ends.
        await using (var pool = new NpgsqlConnection(database.ConnectionString))
        {
            NpgsqlConnection.ClearPool(pool);
        }

        await using var connection = await Open();
        var scanned = await connection.QueryAsync<string>(
            """
            SELECT format('%s.%s: %s times', s.schemaname, s.relname, s.seq_scan)
            FROM pg_stat_user_tables s
            JOIN pg_class c ON c.oid = s.relid
            WHERE s.seq_scan > 0 AND c.reltuples >= @Payments
            """, new { Payments });
        Assert.Empty(scanned);
    }

    /// <summary>What a request reads must not grow with the history: the statements of lists read little more than the page that they give.</summary>
    [Fact]
    public async Task A_list_reads_little_more_than_its_page_whatever_its_filters_are()
    {
        // Without workers: what they read in the background is not a list's.
        await using var gateway = await TestGateway.Start(database, clock: null, ("ROLE", "api"));
        using var shop = gateway.Client();
        var order = await shop.GetJson($"/api/payments/orders/{OrderId(Payments / 2)}");
        var made = order.GetProperty("createdAt").GetDateTimeOffset();
        var (from, to) = (Json.Time(made.AddMinutes(-30)), Json.Time(made));
        var plans = await PlanLog.During(() => ReadLists(shop, $"&createdFrom={from}&createdTo={to}"));
        Assert.True(plans.Count > 60, $"{plans.Count} plans were logged");
        // The minute that a bound leaves open holds 40 payments of this history, with five events each.
        Assert.Empty(plans.Where(plan => plan.IsOfList).SelectMany(plan => plan.ReadsMoreThan(rows: 300)));
    }

    private static async Task ReadLists(HttpClient shop, string times)
    {
        foreach (var list in (string[])["", "orders", "charges", "refunds", "qr-codes", "events", "audit-logs", "webhook-endpoints", "bnpl/installments"])
        {
            var between = list is "webhook-endpoints" or "bnpl/installments" ? "" : times;
            // From the sixth time on PostgreSQL may plan without looking at the values.
            for (var time = 0; time < 7; time++)
            {
                var page = await shop.GetJson($"/api/payments{(list.Length == 0 ? "" : "/" + list)}?limit=10{between}");
                Assert.True(between.Length == 0 || list is "refunds" or "qr-codes" || page.GetProperty("data").GetArrayLength() == 10, list);
            }
        }
    }

    private async Task LookAround(HttpClient shop)
    {
        var orderId = OrderId(Payments / 3);
        var found = await shop.GetJson($"/api/payments?orderId={orderId}");
        var payment = found.GetProperty("data")[0];
        var (paymentId, chargeId) = (payment.GetProperty("id").GetString(), payment.GetProperty("charges")[0].GetProperty("id").GetString());
        string[] paths =
        [
            $"orders/{orderId}", $"{paymentId}", $"payment-intents/{paymentId}", $"charges/{chargeId}", $"charges?paymentId={paymentId}",
            "?limit=20", $"?limit=20&cursor={paymentId}", "?status=requires_capture", "?merchantOrderId=unheard-of", "?customerId=nobody",
            "?createdFrom=2026-01-01&createdTo=2026-01-02", "orders?limit=20", $"orders?cursor={orderId}", "orders?merchantOrderId=unheard-of",
            "orders?customerId=nobody", "orders?status=created", "charges?limit=20", "charges?status=failed", "events?limit=20",
            "events?event=payment.success", $"events?subjectId={paymentId}", $"refunds?paymentId={paymentId}", $"refunds?chargeId={chargeId}",
            $"refunds?orderId={orderId}", "refunds?status=succeeded", $"qr-codes?orderId={orderId}", $"bnpl/installments?paymentId={paymentId}",
            "bnpl/installments?customerId=nobody", $"audit-logs?objectId={paymentId}", "audit-logs?limit=20",
        ];
        foreach (var path in paths)
        {
            await shop.GetJson($"/api/payments{(path[0] == '?' ? path : "/" + path)}");
        }
    }

    private string OrderId(int number) => PaymentCopies.OrderId(copied, Payments, number);

    private async Task Execute(string sql)
    {
        await using var connection = await Open();
        await connection.ExecuteAsync(sql);
    }

    private async Task<NpgsqlConnection> Open()
    {
        var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
