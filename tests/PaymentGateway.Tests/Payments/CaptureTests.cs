using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>Captures in full and in parts, and what becomes of the rest.</summary>
public sealed class CaptureTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_part_is_final_and_releases_the_rest_unless_it_says_otherwise()
    {
        var paymentId = await client.Hold(100m);

        var (status, payment, _) = await client.Follow(paymentId, "capture", new { amountToCapture = 60 });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("succeeded", 60m, 60m, 0m), payment.Amounts());
        Assert.Equal(("captured", 10000, 6000), await gateway.HoldAtProcessor(paymentId));
        var capture = Assert.Single(payment.GetProperty("captures").EnumerateArray());
        Assert.StartsWith("cap_", capture.Text("id"), StringComparison.Ordinal);
        Assert.Equal((60m, 1.2m, 0.22m, "succeeded", true), (capture.GetProperty("amount").GetDecimal(), capture.GetProperty("fee").GetDecimal(),
            capture.GetProperty("tax").GetDecimal(), capture.Text("status"), capture.GetProperty("finalCapture").GetBoolean()));
        Assert.Equal("INVALID_STATE", (await client.Follow(paymentId, "capture")).Body.Code());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Parts_are_taken_until_nothing_is_left_and_success_is_told_once()
    {
        var paymentId = await client.Hold(100m);

        foreach (var left in (decimal[])[66.67m, 33.34m])
        {
            var (_, held, _) = await client.Follow(paymentId, "capture", new { amountToCapture = 33.33, finalCapture = false });
            Assert.Equal(("requires_capture", 100m, 100m - left, left), held.Amounts());
            await gateway.AssertBookHolds();
        }

        var (_, paid, _) = await client.Follow(paymentId, "capture", new { finalCapture = false });

        Assert.Equal(("succeeded", 100m, 100m, 0m), paid.Amounts());
        var captures = paid.GetProperty("captures").EnumerateArray().ToList();
        Assert.Equal(3, captures.Select(capture => capture.Text("id")).Distinct().Count());
        Assert.Equal((2.00m, 0.36m), (captures.Sum(c => c.GetProperty("fee").GetDecimal()), captures.Sum(c => c.GetProperty("tax").GetDecimal())));
        Assert.Equal((3, 1), (await gateway.EventsOf(paymentId, "payment.captured"), await gateway.EventsOf(paymentId, "payment.success")));
        Assert.Equal(("captured", 10000, 10000), await gateway.HoldAtProcessor(paymentId));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task The_event_of_a_capture_says_which_it_was()
    {
        var paymentId = await client.Hold(100m);
        var (_, payment, _) = await client.Follow(paymentId, "capture", new { amountToCapture = 25, finalCapture = false });

        var body = await gateway.Query<string>(
            "SELECT body FROM events.events WHERE subject_id = @paymentId AND name = 'payment.captured'", new { paymentId });

        var data = JsonDocument.Parse(body).RootElement.GetProperty("data");
        Assert.Equal(payment.GetProperty("captures")[0].Text("id"), data.Text("captureId"));
        Assert.Equal((25m, 25m, 75m, false), (data.GetProperty("captureAmount").GetDecimal(), data.GetProperty("amountCaptured").GetDecimal(),
            data.GetProperty("amountCapturable").GetDecimal(), data.GetProperty("finalCapture").GetBoolean()));
    }

    [Fact]
    public async Task More_than_is_held_is_refused_with_the_most_that_can_be_taken()
    {
        var paymentId = await client.Hold(100m);
        await client.Follow(paymentId, "capture", new { amountToCapture = 40, finalCapture = false });

        var (status, refused, _) = await client.Follow(paymentId, "capture", new { amountToCapture = 60.01 });

        Assert.Equal((HttpStatusCode.BadRequest, "AMOUNT_ABOVE_MAXIMUM"), (status, refused.Code()));
        Assert.Equal(60m, refused.GetProperty("error").GetProperty("details").GetProperty("maximum").GetDecimal());
    }

    [Fact]
    public async Task A_cancel_releases_the_rest_and_keeps_what_was_captured()
    {
        var paymentId = await client.Hold(100m);
        await client.Follow(paymentId, "capture", new { amountToCapture = 40, finalCapture = false });

        var (_, payment, _) = await client.Follow(paymentId, "cancel", new { cancellationReason = "rest_out_of_stock" });

        Assert.Equal(("succeeded", 40m, 40m, 0m), payment.Amounts());
        Assert.Equal("rest_out_of_stock", payment.Text("cancelReason"));
        Assert.Equal(("captured", 10000, 4000), await gateway.HoldAtProcessor(paymentId));
        Assert.Equal((1, 0), (await gateway.EventsOf(paymentId, "payment.success"), await gateway.EventsOf(paymentId, "payment.canceled")));
        await gateway.AssertBookHolds();
    }

    [Theory]
    [InlineData("lost_answer")]
    [InlineData("never_arrives")]
    [InlineData("error_500")]
    public async Task A_capture_without_an_answer_is_asked_for_by_its_own_key_and_done_once(string behaviour)
    {
        var paymentId = await client.Hold(100m);
        await client.Follow(paymentId, "capture", new { amountToCapture = 10, finalCapture = false });

        var (status, waiting, _) = await client.Follow(
            paymentId, "capture", new { amountToCapture = 30, finalCapture = false }, behaviour: behaviour);

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("processing", waiting.GetProperty("captures")[1].Text("status"));
        Assert.Equal("INVALID_STATE", (await client.Follow(paymentId, "capture", new { amountToCapture = 1 })).Body.Code());
        clock.Advance(TimeSpan.FromSeconds(70));
        await gateway.ResolveOnce();
        Assert.Equal(("requires_capture", 100m, 40m, 60m), await client.AmountsOf(paymentId));
        Assert.Equal(("authorized", 10000, 4000), await gateway.HoldAtProcessor(paymentId));
        Assert.Equal(2, await gateway.EventsOf(paymentId, "payment.captured"));

        // The first call arrives after all: its key is taken.
        var late = await gateway.Get<ConnectorRegistry>().Find("sandbox")!.Capture(
            new FollowUpCall(new Tenant(gateway.Shop.MerchantId, Mode.Test), waiting.GetProperty("captures")[1].Text("id"),
                waiting.GetProperty("charges")[0].Text("id"), null, Money.FromMinor(3000, Currency.INR), null, IsFinal: false),
            CancellationToken.None);
        Assert.IsType<ConnectorOutcome.Captured>(late);
        Assert.Equal(("authorized", 10000, 4000), await gateway.HoldAtProcessor(paymentId));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_repeat_with_one_key_captures_once_and_answers_the_same()
    {
        var paymentId = await client.Hold(100m);
        var body = new { amountToCapture = 10, finalCapture = false };

        var (_, first, _) = await client.Follow(paymentId, "capture", body, $"{paymentId}-part");
        var (_, second, again) = await client.Follow(paymentId, "capture", body, $"{paymentId}-part");

        Assert.Equal(first.ToString(), second.ToString());
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(("requires_capture", 100m, 10m, 90m), await client.AmountsOf(paymentId));
    }

    [Fact]
    public async Task An_order_follows_its_parts_and_is_paid_when_its_payment_is_complete()
    {
        var orderId = await client.CreateOrder(100m, new { captureMethod = "manual" });
        var paymentId = (await client.PayByCard(orderId)).Body.Text("id");

        await client.Follow(paymentId, "capture", new { amountToCapture = 40, finalCapture = false });
        Assert.Equal(("attempted", 40m, 60m), await OrderOf(orderId));
        Assert.Equal("INVALID_STATE", (await client.Post($"/api/payments/orders/{orderId}/cancel", new { })).Body.Code());
        await client.Follow(paymentId, "capture", new { amountToCapture = 30 });

        Assert.Equal(("paid", 70m, 0m), await OrderOf(orderId));
        Assert.Equal(1, await gateway.EventsOf(orderId, "order.paid"));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Fifty_captures_are_the_most_and_the_last_is_final()
    {
        var paymentId = await client.Hold(100m);
        for (var part = 1; part < 50; part++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.Follow(paymentId, "capture", new { amountToCapture = 0.01, finalCapture = false })).Status);
        }

        Assert.Equal("NOT_SUPPORTED", (await client.Follow(paymentId, "capture", new { amountToCapture = 0.01, finalCapture = false })).Body.Code());
        Assert.Equal(("succeeded", 0.5m, 0.5m, 0m), (await client.Follow(paymentId, "capture", new { amountToCapture = 0.01 })).Body.Amounts());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task An_automatic_payment_has_one_capture_too()
    {
        var orderId = await client.CreateOrder(100m);

        var (_, payment, _) = await client.PayByCard(orderId);

        var (capture, charge) = (payment.GetProperty("captures")[0], payment.GetProperty("charges")[0]);
        Assert.Equal("cap_" + charge.Text("id")[3..], capture.Text("id"));
        Assert.Equal((100m, 2m, 0.36m), (capture.GetProperty("amount").GetDecimal(),
            capture.GetProperty("fee").GetDecimal(), capture.GetProperty("tax").GetDecimal()));
        Assert.Equal(0, await gateway.EventsOf(payment.Text("id"), "payment.captured"));
    }

    private async Task<(string Status, decimal Paid, decimal Due)> OrderOf(string orderId)
    {
        var order = await client.GetJson($"/api/payments/orders/{orderId}");
        return (order.Text("status"), order.GetProperty("amountPaid").GetDecimal(), order.GetProperty("amountDue").GetDecimal());
    }
}
