using System.Net;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.Tests.Hosting;

/// <summary>What the pretended processor and its customer do, and what it knows.</summary>
internal static class SandboxWorld
{
    /// <summary>Without cookies: every answer is another customer's.</summary>
    private static readonly HttpClient browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary>A server without workers on a clock that stands: what happens in the background happens when a test says so.</summary>
    public static Task<TestGateway> StartDriven(ManualClock clock) => TestGateway.Start(clock: clock, variables: [("ROLE", "api")]);

    public static Task<int> ResolveOnce(this TestGateway gateway) => gateway.Get<ChargeResolver>().RunOnce(CancellationToken.None);

    public static Task<int> ResolveRefundsOnce(this TestGateway gateway) => gateway.Get<RefundResolver>().RunOnce(CancellationToken.None);

    public static Task<int> ExpireOnce(this TestGateway gateway) => gateway.Get<OrderExpiry>().RunOnce(CancellationToken.None);

    /// <summary>
    /// Settles what is due at the processor and delivers its messages. When this returns they were acted on, also those that another worker
    /// had taken, and those that were acknowledged before they were done, as on a slow machine.
    /// </summary>
    public static async Task NotifyOnce(this TestGateway gateway)
    {
        await gateway.Get<SandboxNotifier>().RunDue(CancellationToken.None);
        await Eventually.Holds(async () => await gateway.Query<long>(
            """
            SELECT (SELECT count(*) FROM sandbox.notifications WHERE claimed_until IS NOT NULL)
                + (SELECT count(*) FROM inbox.messages WHERE claimed_until IS NOT NULL)
            """) == 0);
    }

    /// <summary>The customer's answer at the pretended bank or in the pretended app.</summary>
    public static async Task<HttpStatusCode> AnswerAtBank(string page, string answer, string otp = "1234")
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["answer"] = answer, ["otp"] = otp });
        using var response = await browser.PostAsync(new Uri(page), form);
        return response.StatusCode;
    }

    /// <summary>What the processor has for an order: how many charges, and how much money it took in minor units.</summary>
    public static Task<(long Charges, long Captured)> AtProcessor(this TestGateway gateway, string orderId) => gateway.Query<(long, long)>(
        """
        SELECT count(*), coalesce(sum(s.captured), 0)::bigint
        FROM sandbox.charges s
        JOIN payments.charges c ON c.id = s.key
        JOIN payments.payments p ON p.id = c.payment_id
        WHERE p.order_id = @orderId
        """, new { orderId });

    public static Task<long> EventsOf(this TestGateway gateway, string subjectId, string name) => gateway.Query<long>(
        "SELECT count(*) FROM events.events WHERE subject_id = @subjectId AND name = @name", new { subjectId, name });

    public static async Task<T> Query<T>(this TestGateway gateway, string sql, object? parameters = null)
    {
        await using var connection = await gateway.Db.OpenSystem(CancellationToken.None);
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    public static async Task Execute(this TestGateway gateway, string sql, object? parameters = null)
    {
        await using var connection = await gateway.Db.OpenSystem(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static string Code(this JsonElement json) => json.GetProperty("error").Text("code");
}
