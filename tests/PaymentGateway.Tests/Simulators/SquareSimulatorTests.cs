using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using PaymentGateway.Simulators.OpenApi;
using PaymentGateway.Simulators.Square;

namespace PaymentGateway.Tests.Simulators;

/// <summary>What is Square's own in its simulator. That Square's library understands it is in <c>tests/ClientLibraries</c>.</summary>
public sealed class SquareSimulatorTests
{
    private static async Task<(HttpStatusCode Status, JsonNode Json)> Send(RunningSimulator simulator, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "EAAAtest");
        using var answer = await simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    private static object Payment(string key, long amount = 1000, bool autocomplete = true, string source = "cnon:card-nonce-ok") => new
    {
        source_id = source,
        idempotency_key = key,
        amount_money = new { amount, currency = "USD" },
        autocomplete,
    };

    private static string Code(JsonNode answer) => answer["errors"]![0]!["code"]!.GetValue<string>();

    private static string Id(JsonNode answer, string name = "payment") => answer[name]!["id"]!.GetValue<string>();

    private static async Task Advance(RunningSimulator simulator, int seconds) =>
        Assert.Equal(HttpStatusCode.OK, (await simulator.Control("", new { @do = "advance_clock", seconds })).StatusCode);

    [Fact]
    public void Every_described_operation_is_played()
    {
        using var world = World.Create("square", 1, null, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.Equal(ApiDescription.Load("square.json").Operations.Order(StringComparer.Ordinal), new SquareProcessor(world).Played.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_repeat_with_one_key_is_one_payment_and_another_body_is_refused()
    {
        await using var simulator = await RunningSimulator.Start("square");
        var first = await Send(simulator, HttpMethod.Post, "/v2/payments", Payment("one"));
        var second = await Send(simulator, HttpMethod.Post, "/v2/payments", Payment("one"));
        Assert.Equal(Id(first.Json), Id(second.Json));
        Assert.Equal("IDEMPOTENCY_KEY_REUSED", Code((await Send(simulator, HttpMethod.Post, "/v2/payments", Payment("one", 1001))).Json));
        Assert.Equal(1, (await simulator.Look())["objects"]!["payment"]!.GetValue<int>());
    }

    [Fact]
    public async Task One_key_is_good_for_a_payment_and_for_its_refund()
    {
        await using var simulator = await RunningSimulator.Start("square");
        var paid = await Send(simulator, HttpMethod.Post, "/v2/payments", Payment("one"));
        var refund = await Send(simulator, HttpMethod.Post, "/v2/refunds", new { idempotency_key = "one", payment_id = Id(paid.Json), amount_money = new { amount = 1, currency = "USD" } });
        Assert.Equal(HttpStatusCode.OK, refund.Status);
    }

    [Fact]
    public async Task A_create_that_comes_after_it_was_canceled_by_its_key_is_done_all_the_same()
    {
        await using var simulator = await RunningSimulator.Start("square");
        var undone = await Send(simulator, HttpMethod.Post, "/v2/payments/cancel", new { idempotency_key = "late" });
        Assert.Equal((HttpStatusCode.OK, "{}"), (undone.Status, undone.Json.ToJsonString()));
        Assert.Equal("APPROVED", (await Send(simulator, HttpMethod.Post, "/v2/payments", Payment("late", autocomplete: false))).Json["payment"]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_was_completed_is_not_canceled_by_its_key()
    {
        await using var simulator = await RunningSimulator.Start("square");
        var paid = await Send(simulator, HttpMethod.Post, "/v2/payments", Payment("paid"));
        Assert.Equal("DELAYED_TRANSACTION_CAPTURED", Code((await Send(simulator, HttpMethod.Post, "/v2/payments/cancel", new { idempotency_key = "paid" })).Json));
        Assert.Equal("COMPLETED", (await Send(simulator, HttpMethod.Get, $"/v2/payments/{Id(paid.Json)}")).Json["payment"]!["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("PT1H", "PT1H")]
    [InlineData("P7D", "PT168H")]
    [InlineData("PT90M", "PT1H30M")]
    public async Task A_hold_lasts_as_long_as_was_asked(string asked, string told)
    {
        await using var simulator = await RunningSimulator.Start("square");
        var held = await Send(simulator, HttpMethod.Post, "/v2/payments", new
        {
            source_id = "cnon:card-nonce-ok",
            idempotency_key = "held",
            amount_money = new { amount = 1, currency = "USD" },
            autocomplete = false,
            delay_duration = asked,
        });
        Assert.Equal(told, held.Json["payment"]!["delay_duration"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("P8D")]
    [InlineData("PT1S")]
    [InlineData("soon")]
    public async Task A_hold_of_no_length_is_refused(string asked)
    {
        await using var simulator = await RunningSimulator.Start("square");
        var held = await Send(simulator, HttpMethod.Post, "/v2/payments", new { source_id = "cnon:card-nonce-ok", idempotency_key = "held", amount_money = new { amount = 1, currency = "USD" }, delay_duration = asked });
        Assert.Equal("delay_duration", held.Json["errors"]![0]!["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_amount_can_be_raised_while_it_is_held_and_not_afterwards()
    {
        await using var simulator = await RunningSimulator.Start("square");
        var held = await Send(simulator, HttpMethod.Post, "/v2/payments", Payment("held", autocomplete: false));
        var raised = await Send(simulator, HttpMethod.Put, $"/v2/payments/{Id(held.Json)}", new { idempotency_key = "raise", payment = new { amount_money = new { amount = 1500, currency = "USD" } } });
        Assert.Equal(1500, raised.Json["payment"]!["approved_money"]!["amount"]!.GetValue<long>());
        await Send(simulator, HttpMethod.Post, $"/v2/payments/{Id(held.Json)}/complete", new { });
        var late = await Send(simulator, HttpMethod.Put, $"/v2/payments/{Id(held.Json)}", new { idempotency_key = "late", payment = new { amount_money = new { amount = 1, currency = "USD" } } });
        Assert.Equal("DELAYED_TRANSACTION_CAPTURED", Code(late.Json));
    }

    [Fact]
    public async Task It_remembers_over_a_restart_and_does_then_what_was_due()
    {
        var folder = Directory.CreateTempSubdirectory("simulator-").FullName;
        try
        {
            string id;
            await using (var simulator = await RunningSimulator.Start("square", folder))
                id = Id((await Send(simulator, HttpMethod.Post, "/v2/payments", Payment("held", autocomplete: false))).Json);
            await using var again = await RunningSimulator.Start("square", folder);
            Assert.Equal(id, Id((await Send(again, HttpMethod.Post, "/v2/payments", Payment("held", autocomplete: false))).Json));
            await Advance(again, 7 * 86_400);
            Assert.Equal("CANCELED", (await Send(again, HttpMethod.Get, $"/v2/payments/{id}")).Json["payment"]!["status"]!.GetValue<string>());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_settlement_can_be_wrong_by_one_unit()
    {
        await using var simulator = await RunningSimulator.Start("square");
        await simulator.Control("/faults", new { kind = "wrong_settlement", path = "CHARGE", times = 1 });
        await Send(simulator, HttpMethod.Post, "/v2/payments", Payment("one"));
        await simulator.Control("", new { @do = "pay_out" });
        var payout = (await Send(simulator, HttpMethod.Get, "/v2/payouts")).Json["payouts"]![0]!;
        var entry = (await Send(simulator, HttpMethod.Get, $"/v2/payouts/{payout["id"]}/payout-entries")).Json["payout_entries"]![0]!;
        Assert.Equal(999, entry["gross_amount_money"]!["amount"]!.GetValue<long>());
        Assert.Equal(payout["amount_money"]!["amount"]!.GetValue<long>(), entry["net_amount_money"]!["amount"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_payout_that_the_bank_sends_back_says_so()
    {
        await using var simulator = await RunningSimulator.Start("square");
        await Send(simulator, HttpMethod.Post, "/v2/payments", Payment("one"));
        await simulator.Control("", new { @do = "pay_out", outcome = "failed" });
        await Advance(simulator, 90_000);
        Assert.Equal("FAILED", (await Send(simulator, HttpMethod.Get, "/v2/payouts")).Json["payouts"]![0]!["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{ "do": "open_dispute", "payment": "none" }""", "'payment' must be the id of a completed payment")]
    [InlineData("""{ "do": "resolve_dispute", "dispute": "none" }""", "'dispute' must be the id of an open dispute")]
    [InlineData("""{ "do": "next_refund", "outcome": "lost" }""", "'outcome' must be completed, failed, rejected or already_pending")]
    [InlineData("""{ "do": "lag_lists" }""", "'seconds' must be a whole number")]
    [InlineData("""{ "do": "pay_out", "outcome": "lost" }""", "'outcome' must be paid or failed")]
    [InlineData("""{ "do": "dance" }""", "square has no command 'dance'")]
    public async Task A_command_that_makes_no_sense_is_refused(string body, string because)
    {
        await using var simulator = await RunningSimulator.Start("square");
        var answer = await simulator.Http.PostAsync("/_control", new StringContent(body), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(because, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_webhook_is_signed_over_its_address_and_its_body()
    {
        using var world = World.Create("square", 1, null, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var headers = new SquareProcessor(world).Sign(new("id", "event", "payment.updated", "https://shop.example/hook", "key", "{}"u8.ToArray()), DateTimeOffset.UnixEpoch);
        var expected = Convert.ToBase64String(HMACSHA256.HashData("key"u8, Encoding.UTF8.GetBytes("https://shop.example/hook{}")));
        Assert.Equal(expected, headers["x-square-hmacsha256-signature"]);
    }

    [Theory]
    [InlineData("multipart/form-data", "The form names no boundary.")]
    [InlineData("multipart/form-data; boundary=x", null)]
    public async Task A_form_of_parts_is_read(string contentType, string? fault)
    {
        var form = Encoding.UTF8.GetBytes("--x\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n{\"a\":1}\r\n--x\r\nContent-Disposition: form-data; name=\"image_file\"; filename=\"a.pdf\"\r\n\r\n%PDF\r\n--x--\r\n");
        if (fault is null)
            Assert.Equal("""{"request":{"a":1},"image_file":"a.pdf"}""", (await MultipartForm.Read(contentType, form)).ToJsonString());
        else
            Assert.Equal(fault, (await Assert.ThrowsAsync<InvalidDataException>(() => MultipartForm.Read(contentType, form))).Message);
    }
}
