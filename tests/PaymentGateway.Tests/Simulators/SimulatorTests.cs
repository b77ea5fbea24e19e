using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentGateway.Tests.Simulators;

/// <summary>What all simulators have: faults, keys, memory and control, shown on Stripe's.</summary>
public sealed class SimulatorTests
{
    private static readonly Dictionary<string, string> payment = new()
    {
        ["amount"] = "1000",
        ["currency"] = "usd",
        ["payment_method"] = "pm_card_visa",
        ["confirm"] = "true",
        ["automatic_payment_methods[enabled]"] = "true",
        ["automatic_payment_methods[allow_redirects]"] = "never",
    };

    private static async Task<HttpResponseMessage> Pay(RunningSimulator simulator, string? key = null, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/payment_intents") { Content = new FormUrlEncodedContent(payment) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_1");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await simulator.Http.SendAsync(request, cancel);
    }

    private static async Task<int> Count(RunningSimulator simulator) =>
        (await simulator.Look())["objects"]!["payment_intent"]?.GetValue<int>() ?? 0;

    [Fact]
    public async Task Without_faults_it_answers()
    {
        await using var simulator = await RunningSimulator.Start("stripe");
        Assert.Equal(HttpStatusCode.OK, (await Pay(simulator)).StatusCode);
        Assert.Equal(1, await Count(simulator));
    }

    [Theory]
    [InlineData("drop", false, 0)]
    [InlineData("drop", true, 1)]
    [InlineData("half_close", false, 1)]
    public async Task A_connection_breaks_before_or_after_the_work(string kind, bool afterWork, int worked)
    {
        await using var simulator = await RunningSimulator.Start("stripe");
        await simulator.Control("/faults", new { kind, path = "/v1/", times = 1, afterWork });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Pay(simulator));
        Assert.Equal(worked, await Count(simulator));
        Assert.Equal(HttpStatusCode.OK, (await Pay(simulator)).StatusCode);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task No_answer_comes_until_the_caller_gives_up(bool afterWork, int worked)
    {
        await using var simulator = await RunningSimulator.Start("stripe");
        await simulator.Control("/faults", new { kind = "hang", path = "/v1/", times = 1, afterWork });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pay(simulator, cancel: patience.Token));
        Assert.Equal(worked, await Count(simulator));
    }

    [Theory]
    [InlineData(429, false, 0)]
    [InlineData(500, false, 0)]
    [InlineData(503, true, 1)]
    public async Task It_fails_in_the_processors_words(int status, bool afterWork, int worked)
    {
        await using var simulator = await RunningSimulator.Start("stripe");
        await simulator.Control("/faults", new { kind = "status", status, times = 1, afterWork });
        var answer = await Pay(simulator);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]);
        Assert.Equal(worked, await Count(simulator));
    }

    [Fact]
    public async Task An_answer_is_no_JSON()
    {
        await using var simulator = await RunningSimulator.Start("stripe");
        await simulator.Control("/faults", new { kind = "malformed", times = 1 });
        var text = await (await Pay(simulator)).Content.ReadAsStringAsync();
        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(text));
    }

    [Fact]
    public async Task A_key_in_use_is_refused_and_one_that_was_answered_is_repeated()
    {
        await using var simulator = await RunningSimulator.Start("stripe");
        await simulator.Control("/faults", new { kind = "slow", delayMs = 60_000, times = 1 });
        using var patience = new CancellationTokenSource();
        var slow = Pay(simulator, "key", patience.Token);
        while (await Count(simulator) == 0)
            await Task.Yield();
        Assert.Equal(HttpStatusCode.Conflict, (await Pay(simulator, "key")).StatusCode);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
        HttpResponseMessage repeated;
        while ((repeated = await Pay(simulator, "key")).StatusCode == HttpStatusCode.Conflict)
            await Task.Yield();
        Assert.Equal(HttpStatusCode.OK, repeated.StatusCode);
        Assert.Equal(1, await Count(simulator));
    }

    [Fact]
    public async Task It_remembers_over_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("simulator-").FullName;
        try
        {
            string first;
            await using (var simulator = await RunningSimulator.Start("stripe", folder))
                first = await (await Pay(simulator, "key")).Content.ReadAsStringAsync();
            await using var again = await RunningSimulator.Start("stripe", folder);
            Assert.Equal(1, await Count(again));
            Assert.Equal(first, await (await Pay(again, "key")).Content.ReadAsStringAsync());
            Assert.NotEqual(first, await (await Pay(again)).Content.ReadAsStringAsync());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("""{ "kind": "explode" }""", "'kind' is 'explode'")]
    [InlineData("""{ "colour": "red" }""", "'colour' is not a field of a fault")]
    [InlineData("""{ "kind": "slow", "share": 2 }""", "'share' must be from 0 to 1")]
    [InlineData("""{ "kind": "slow", "times": "twice" }""", "'times' has the wrong type")]
    [InlineData("[]", "Send a JSON object")]
    [InlineData("{", "")]
    public async Task A_fault_that_makes_no_sense_is_refused(string body, string because)
    {
        await using var simulator = await RunningSimulator.Start("stripe");
        var answer = await simulator.Http.PostAsync("/_control/faults", new StringContent(body), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(because, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_share_of_the_requests_meets_a_fault()
    {
        await using var simulator = await RunningSimulator.Start("stripe");
        await simulator.Control("/faults", new { kind = "status", status = 500, share = 0.5 });
        var failed = 0;
        for (var at = 0; at < 40; at++)
            failed += (await Pay(simulator)).StatusCode == HttpStatusCode.InternalServerError ? 1 : 0;
        Assert.InRange(failed, 8, 32);
        Assert.Equal(40 - failed, await Count(simulator));
    }
}
