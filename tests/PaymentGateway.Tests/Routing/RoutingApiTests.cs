using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Routing;

/// <summary>The document, what it does to payments, what is shown of it, and whose it is.</summary>
public sealed class RoutingApiTests(RoutingFixture shared) : IClassFixture<RoutingFixture>, IAsyncLifetime
{
    private const string Path = "/api/admin/routing";

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    public async ValueTask InitializeAsync() => await shared.Begin();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Without_rules_there_are_the_defaults()
    {
        using var other = gateway.ClientOf(gateway.Shops[3]);

        var rules = await other.GetJson(Path);

        Assert.Equal((0, 2, 80), (rules.GetProperty("version").GetInt32(), rules.GetProperty("attemptsMax").GetInt32(),
            rules.GetProperty("health").GetProperty("successPercentMin").GetInt32()));
        Assert.False(rules.TryGetProperty("updatedAt", out _));
    }

    [Fact]
    public async Task What_is_sent_is_shown_with_its_version_event_and_audit_row_and_the_former_one_stays()
    {
        var before = (await client.GetJson(Path)).GetProperty("version").GetInt32();
        var set = await client.SetRules(new { rules = (object[])[Rule("beta first", new { prefer = (string[])["beta"] })], attemptsMax = 3 });

        Assert.Equal(before + 1, set.GetProperty("version").GetInt32());
        Assert.Equal(set.ToString(), (await client.GetJson(Path)).ToString());
        Assert.Equal("beta first", set.GetProperty("rules")[0].Text("name"));
        await client.SetRules(new { });
        Assert.Equal(set.ToString(), (await client.GetJson($"{Path}?version={before + 1}")).ToString());
        Assert.Equal(0, (await client.GetJson($"{Path}?version=0")).GetProperty("version").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await client.Call(HttpMethod.Get, $"{Path}?version=999")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.Call(HttpMethod.Get, $"{Path}?version=new")).Status);
        Assert.Equal((1, 1), await gateway.Query<(long, long)>(
            """
            SELECT (SELECT count(*) FROM events.events WHERE name = 'routing.updated' AND merchant_id = @MerchantId AND body::jsonb -> 'data' ->> 'version' = @version),
                   (SELECT count(*) FROM audit.rows WHERE action = 'routing.update' AND merchant_id = @MerchantId AND after::text LIKE '%beta first%')
            """, new { gateway.Shop.MerchantId, version = $"{before + 1}" }));
    }

    [Fact]
    public async Task Of_thirty_two_who_replace_the_same_version_one_does()
    {
        var version = (await client.GetJson(Path)).GetProperty("version").GetInt32();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => client.PutRules(new { attemptsMax = (i % 5) + 1 }, version)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal("VERSION_CONFLICT", answer.Body.Code()));
        Assert.Equal(version + 1, (await client.GetJson(Path)).GetProperty("version").GetInt32());
    }

    public static TheoryData<string, object> Malformed { get; } = new()
    {
        { "version", new { version = (int?)null } },
        { "attemptsMax", new { attemptsMax = 0 } },
        { "attemptsMax", new { attemptsMax = 6 } },
        { "defaultOrder[0]", new { defaultOrder = (string[])["nobody"] } },
        { "defaultOrder[1]", new { defaultOrder = (string?[])["alpha", null] } },
        { "defaultOrder", new { defaultOrder = (string[])["alpha", "alpha"] } },
        { "rules[0]", new { rules = (object?[])[null] } },
        { "rules[0].name", new { rules = (object[])[new { then = new { cheapest = true } }] } },
        { "rules[0].then", new { rules = (object[])[new { name = "a" }] } },
        { "rules[0].then", new { rules = (object[])[Rule("a", new { cheapest = false })] } },
        { "rules[0].then", new { rules = (object[])[Rule("a", new { cheapest = true, prefer = (string[])["alpha"] })] } },
        { "rules[0].then.prefer", new { rules = (object[])[Rule("a", new { prefer = Array.Empty<string>() })] } },
        { "rules[0].then.prefer[0]", new { rules = (object[])[Rule("a", new { prefer = (string[])["nobody"] })] } },
        { "rules[0].then.weights", new { rules = (object[])[Rule("a", new { weights = new { nobody = 1 } })] } },
        { "rules[0].then.weights", new { rules = (object[])[Rule("a", new { weights = new { alpha = -1, beta = 2 } })] } },
        { "rules[0].then.weights", new { rules = (object[])[Rule("a", new { weights = new { alpha = 0 } })] } },
        { "rules", new { rules = (object[])[Rule("a", new { cheapest = true }), Rule("a", new { cheapest = true })] } },
        { "rules", new { rules = Enumerable.Range(0, 51).Select(i => Rule($"{i}", new { cheapest = true })) } },
        { "rules[0].when.methods[0]", new { rules = (object[])[When(new { methods = (string[])["cash"] })] } },
        { "rules[0].when.methods", new { rules = (object[])[When(new { methods = Array.Empty<string>() })] } },
        { "rules[0].when.currencies[0]", new { rules = (object[])[When(new { currencies = (string[])["usd"] })] } },
        { "rules[0].when.countries[0]", new { rules = (object[])[When(new { countries = (string[])["India"] })] } },
        { "rules[0].when.cardNetworks[0]", new { rules = (object[])[When(new { cardNetworks = (string[])["Visa"] })] } },
        { "rules[0].when.customerIds[0]", new { rules = (object[])[When(new { customerIds = (string[])[""] })] } },
        { "rules[0].when.metadata", new { rules = (object[])[When(new { metadata = new { till = (string?)null } })] } },
        { "rules[0].when.amountFrom", new { rules = (object[])[When(new { amountFrom = 100 })] } },
        { "rules[0].when.amountFrom", new { rules = (object[])[When(new { currencies = (string[])["USD", "EUR"], amountFrom = 100 })] } },
        { "rules[0].when.amountFrom", new { rules = (object[])[When(new { currencies = (string[])["JPY"], amountFrom = 100.5 })] } },
        { "rules[0].when.amountTo", new { rules = (object[])[When(new { currencies = (string[])["USD"], amountFrom = 100, amountTo = 99 })] } },
        { "rules[0].when.colour", new { rules = (object[])[When(new { colour = "red" })] } },
        { "health.successPercentMin", new { health = new { successPercentMin = 101 } } },
        { "health.latencyMaxSeconds", new { health = new { latencyMaxSeconds = 0 } } },
        { "health.callsMin", new { health = new { callsMin = 0 } } },
        { "fees[0].connector", new { fees = (object[])[new { connector = "nobody", percent = 1 }] } },
        { "fees[0].percent", new { fees = (object[])[new { connector = "alpha" }] } },
        { "fees[0].percent", new { fees = (object[])[new { connector = "alpha", percent = 101 }] } },
        { "fees[0].fixed", new { fees = (object[])[new { connector = "alpha", @fixed = 0.3 }] } },
        { "experiments[0].id", new { experiments = (object[])[Experiment("a b")] } },
        { "experiments", new { experiments = (object[])[Experiment("a"), Experiment("a")] } },
        { "experiments[0].until", new { experiments = (object[])[Experiment("a", from: "2027-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z")] } },
        { "experiments[0].weights", new { experiments = (object[])[new { id = "a", from = "2026-01-01T00:00:00Z", until = "2027-01-01T00:00:00Z", weights = new { alpha = 1 } }] } },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_faulty_document_is_refused_whole_and_names_the_field(string field, object rules)
    {
        var version = (await client.GetJson(Path)).GetProperty("version").GetInt32();

        var (status, error) = await client.PutRules(rules, field == "version" ? null : version);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(error.GetProperty("error").GetProperty("details").GetProperty("fields").TryGetProperty(field, out _), error.ToString());
        Assert.Equal(version, (await client.GetJson(Path)).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_payment_goes_where_its_rule_sends_it_and_says_so()
    {
        await client.SetRules(new
        {
            rules = (object[])[Rule("the north", new { prefer = (string[])["gamma"] }, new { metadata = new { shop = "north" } })],
            defaultOrder = (string[])["beta"],
        });

        var (_, north) = await client.Pay(RoutingCalls.Everywhere, order: new { metadata = new { shop = "north" } });
        var (_, south) = await client.Pay(RoutingCalls.Tokens("alpha", "beta"), order: new { metadata = new { shop = "south" } });

        var routing = Assert.Single(await client.Attempts(north)).GetProperty("routing");
        Assert.Equal(("gamma", "rule_prefer", "the north", "Preferred by the rule the north."),
            (routing.Text("connector"), routing.Text("reason"), routing.Text("rule"), routing.Text("message")));
        Assert.Equal(["gamma", "beta", "alpha"], routing.GetProperty("order").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal([("sandbox", "no_token")], LeftOut(routing));
        routing = Assert.Single(await client.Attempts(south)).GetProperty("routing");
        Assert.Equal(("beta", "default_order"), (routing.Text("connector"), routing.Text("reason")));
        Assert.Contains(("gamma", "no_token"), LeftOut(routing));
        var listed = (await client.GetJson($"/api/payments/charges?paymentId={south.Text("id")}")).GetProperty("data")[0];
        Assert.Equal(routing.ToString(), listed.GetProperty("routing").ToString());
    }

    [Fact]
    public async Task A_page_is_not_told_who_the_processors_are()
    {
        var (_, payment) = await client.Pay(RoutingCalls.Everywhere);
        using var page = new HttpClient { BaseAddress = gateway.Address };
        page.DefaultRequestHeaders.Authorization = new("Bearer", gateway.Shop.ApiKey);

        var seen = await page.GetJson($"/api/payments/{payment.Text("id")}?clientSecret={payment.Text("clientSecret")}");

        Assert.False(seen.GetProperty("charges")[0].TryGetProperty("routing", out _));
    }

    [Fact]
    public async Task The_network_of_a_card_is_asked_for_where_a_rule_needs_it()
    {
        await client.SetRules(new { rules = (object[])[Rule("amex", new { prefer = (string[])["beta"] }, new { cardNetworks = (string[])["amex"] })] });

        var (_, amex) = await client.Pay(new { cardTokens = new { alpha = "alpha_amex", beta = "beta_amex" } });
        var (_, visa) = await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal(("beta", "alpha"), ((await client.Attempts(amex))[0].Text("connector"), (await client.Attempts(visa))[0].Text("connector")));
    }

    [Fact]
    public async Task A_draw_is_the_same_for_a_repeat_of_the_order_and_for_the_question_beforehand()
    {
        await client.SetRules(new { rules = (object[])[Rule("thirds", new { weights = new { alpha = 1, beta = 1, gamma = 1 } })] });
        for (var i = 0; i < 8; i++)
        {
            var orderId = await client.CreateOrder(100m);
            var foreseen = (await Explain(orderId: orderId, processors: ["alpha", "beta", "gamma"])).GetProperty("order").Names();
            foreach (var processor in (FakeProcessor[])[shared.Alpha, shared.Beta, shared.Gamma])
            {
                processor.Says = _ => FakeProcessor.Hard;
            }

            var (_, first) = await client.Pay(RoutingCalls.Everywhere, orderId);
            var (_, second) = await client.Pay(RoutingCalls.Everywhere, orderId);

            Assert.Equal([foreseen[0], foreseen[0]], (await client.Attempts(second)).Select(charge => charge.Text("connector")));
            Assert.Equal("CARD_DECLINED", first.Code());
        }
    }

    [Fact]
    public async Task Explaining_answers_all_with_reasons_and_touches_nothing()
    {
        await client.SetRules(new
        {
            rules = (object[])[Rule("cheap", new { cheapest = true })],
            fees = (object[])[new { connector = "gamma", percent = 1, currency = "INR", @fixed = 2 }, new { connector = "beta", percent = 2 }],
        });
        var before = await Rows();

        var plan = await Explain(processors: ["beta", "gamma"]);

        Assert.Equal(("cheap", 2), (plan.Text("rule"), plan.GetProperty("attemptsMax").GetInt32()));
        Assert.Equal([("beta", "rule_cheapest", 2m), ("gamma", "rule_cheapest", 3m)],
            plan.GetProperty("order").EnumerateArray().Select(one => (one.Text("connector"), one.Text("reason"), one.GetProperty("fee").GetDecimal())));
        Assert.Equal(["account", "alpha", "sandbox"], LeftOut(plan).Select(left => left.Connector).Where(name => name is "account" or "alpha" or "sandbox").Order());
        Assert.Equal(before, await Rows());
        Assert.Empty(shared.Beta.Calls);

        Task<(long, long)> Rows() => gateway.Query<(long, long)>("SELECT (SELECT count(*) FROM payments.charges), (SELECT count(*) FROM audit.rows)");
    }

    [Fact]
    public async Task Explaining_needs_facts_that_are_right()
    {
        foreach (var (field, body) in ((string, object)[])
        [
            ("paymentMethod", new { amount = 1, currency = "INR" }),
            ("currency", new { paymentMethod = "card", amount = 1, currency = "rupees" }),
            ("country", new { paymentMethod = "card", amount = 1, currency = "INR", country = "India" }),
            ("processors", new { paymentMethod = "card", amount = 1, currency = "INR", processors = (string[])["nobody"] }),
        ])
        {
            var (status, error, _) = await client.Post($"{Path}/explain", body);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.True(error.GetProperty("error").GetProperty("details").GetProperty("fields").TryGetProperty(field, out _), error.ToString());
        }
    }

    [Fact]
    public async Task An_ill_processor_is_shown_and_comes_last()
    {
        await client.SetRules(new { health = new { callsMin = 3 }, attemptsMax = 1 });
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        Assert.Equal("unknown", await StateOf("alpha"));
        for (var i = 0; i < 3; i++)
        {
            await client.Pay(new { cardToken = "alpha_4242" });
        }

        shared.Alpha.Says = _ => null;
        var (_, payment) = await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal("ill", await StateOf("alpha"));
        Assert.Equal(["beta", "gamma", "alpha"], (await client.Attempts(payment))[0].GetProperty("routing").GetProperty("order").EnumerateArray().Select(n => n.GetString()!));
        shared.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("unknown", await StateOf("alpha"));
        Assert.Equal("alpha", (await client.Attempts((await client.Pay(RoutingCalls.Everywhere)).Payment))[0].Text("connector"));
    }

    [Fact]
    public async Task An_experiment_counts_the_attempts_of_its_arms()
    {
        await client.SetRules(new { experiments = (object[])[Experiment("halves")] });
        shared.Beta.Says = call => call.Amount.ToMajor() == 13m ? FakeProcessor.Hard : null;
        for (var i = 0; i < 24; i++)
        {
            await client.Pay(RoutingCalls.Everywhere, order: new { customerId = $"shopper-{i}" }, amount: i % 2 == 0 ? 13m : 100m);
        }

        var experiment = await client.GetJson($"{Path}/experiments/halves");

        Assert.True(experiment.GetProperty("running").GetBoolean());
        var arms = experiment.GetProperty("arms").EnumerateArray().ToDictionary(arm => arm.Text("connector"));
        Assert.Equal(24, arms.Values.Sum(arm => arm.GetProperty("attempts").GetInt32()));
        Assert.Equal((shared.Alpha.Calls.Count, shared.Beta.Calls.Count),
            (arms["alpha"].GetProperty("attempts").GetInt32(), arms["beta"].GetProperty("attempts").GetInt32()));
        Assert.Equal(100, arms["alpha"].GetProperty("successPercent").GetDecimal());
        Assert.Equal(shared.Beta.Calls.Count(call => call.Amount.ToMajor() == 13m), arms["beta"].GetProperty("failures").GetInt32());
        Assert.Equal(shared.Alpha.Calls.Sum(call => call.Amount.ToMajor()), arms["alpha"].GetProperty("amounts").GetProperty("INR").GetDecimal());
        Assert.True(shared.Alpha.Calls.Count is > 0 and < 24);
    }

    [Fact]
    public async Task What_took_over_does_not_count_for_the_arm()
    {
        await client.SetRules(new { experiments = (object[])[Experiment("failing", new { alpha = 1, gamma = 0 })] });
        shared.Alpha.Says = _ => FakeProcessor.Soft;

        var (_, payment) = await client.Pay(RoutingCalls.Everywhere);

        var attempts = await client.Attempts(payment);
        Assert.Equal(("failing", "alpha"), (attempts[0].GetProperty("routing").Text("experiment"), attempts[0].GetProperty("routing").Text("arm")));
        Assert.False(attempts[1].GetProperty("routing").TryGetProperty("experiment", out _));
        var arms = (await client.GetJson($"{Path}/experiments/failing")).GetProperty("arms");
        Assert.Equal([1, 0], arms.EnumerateArray().Select(arm => arm.GetProperty("attempts").GetInt32()));
    }

    [Fact]
    public async Task An_experiment_that_is_not_there_is_not_found() =>
        Assert.Equal("EXPERIMENT_NOT_FOUND", (await client.Call(HttpMethod.Get, $"{Path}/experiments/nothing")).Body.Code());

    [Fact]
    public async Task Another_merchant_sees_and_changes_its_own_rules_only()
    {
        using var other = gateway.ClientOf(gateway.Shops[1]);
        var mine = await client.SetRules(new { defaultOrder = (string[])["gamma"], experiments = (object[])[Experiment("mine")] });

        Assert.DoesNotContain("gamma", (await other.GetJson(Path)).ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Call(HttpMethod.Get, $"{Path}/experiments/mine")).Status);
        await other.SetRules(new { defaultOrder = (string[])["beta"] });

        Assert.Equal(mine.ToString(), (await client.GetJson(Path)).ToString());
        Assert.Equal("beta", (await other.Attempts((await other.Pay(RoutingCalls.Everywhere)).Payment))[0].Text("connector"));
        await using var connection = await gateway.Db.OpenForMerchant(new(gateway.Shops[1].MerchantId, Mode.Test), CancellationToken.None);
        Assert.Equal(0, await Dapper.SqlMapper.ExecuteScalarAsync<long>(
            connection, "SELECT count(*) FROM routing.rules WHERE merchant_id = @MerchantId", new { gateway.Shop.MerchantId }));
    }

    [Fact]
    public async Task A_publishable_key_may_do_none_of_it()
    {
        using var page = new HttpClient { BaseAddress = gateway.Address };
        page.DefaultRequestHeaders.Authorization = new("Bearer", gateway.Shop.ApiKey);

        Assert.Equal(HttpStatusCode.Forbidden, (await page.Call(HttpMethod.Get, Path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await page.Call(HttpMethod.Put, Path, new { version = 0 })).Status);
    }

    [Fact]
    public async Task A_token_goes_to_the_processor_that_is_named_or_whose_prefix_it_has()
    {
        Assert.Equal("beta", await ConnectorOf(new { cardToken = "beta_1" }));
        Assert.Equal("gamma", await ConnectorOf(new { cardToken = "opaque", processor = "gamma" }));
        Assert.Equal(new Instrument.Card("opaque"), Assert.Single(shared.Gamma.Calls).Instrument);
        Assert.Equal("sandbox", await ConnectorOf(new { cardToken = await client.CardToken() }));
    }

    [Fact]
    public async Task A_token_of_nobody_is_a_clear_error_and_no_attempt()
    {
        var orderId = await client.CreateOrder(100m);

        Assert.Equal(("INVALID_TOKEN", true), await Refused(new { cardToken = "unheard_of" }, "paymentDetails.processor"));
        Assert.Equal(("VALIDATION_FAILED", true), await Refused(new { cardToken = "t", processor = "nobody" }, "nobody"));
        Assert.Equal(("VALIDATION_FAILED", true), await Refused(new { cardTokens = new { alpha = "t", nobody = "t" } }, "nobody"));
        Assert.Equal(("VALIDATION_FAILED", true), await Refused(new { cardTokens = new { } }, "cardTokens"));
        Assert.Equal(("VALIDATION_FAILED", true), await Refused(new { cardTokens = new { alpha = "" } }, "cardTokens"));
        Assert.Equal(("VALIDATION_FAILED", true), await Refused(new { cardTokens = new { alpha = "t" }, cardToken = "t" }, "cardTokens"));
        Assert.Equal(("VALIDATION_FAILED", true), await Refused(new { processor = "alpha" }, "cardToken"));
        Assert.Equal(("INVALID_TOKEN", true), await Refused(new { cardToken = "t", processor = "account" }, "account"));
        Assert.Equal("created", (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status"));

        async Task<(string Code, bool NamesIt)> Refused(object details, string named)
        {
            var (status, error) = await client.Pay(details, orderId);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            return (error.Code(), error.ToString().Contains(named, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Tokens_that_are_chosen_first_and_confirmed_later_are_kept_until_then()
    {
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        var (_, intent, _) = await client.Post("/api/payments/payment-intents",
            new { amount = 100, currency = "INR", paymentMethod = "card", paymentDetails = RoutingCalls.Everywhere });

        var (_, payment, _) = await client.Post($"/api/payments/payment-intents/{intent.Text("id")}/confirm", new { });

        Assert.Equal([("alpha", "failed"), ("beta", "succeeded")], (await client.Attempts(payment)).Ends());
    }

    private async Task<string> ConnectorOf(object details) => (await client.Attempts((await client.Pay(details)).Payment))[0].Text("connector");

    private async Task<string> StateOf(string connector) => (await client.GetJson($"{Path}/health")).GetProperty("data").EnumerateArray()
        .Single(one => one.Text("connector") == connector && one.Text("method") == "card").Text("state");

    private async Task<JsonElement> Explain(string? orderId = null, string[]? processors = null)
    {
        var (status, body, _) = await client.Post($"{Path}/explain", new { paymentMethod = "card", amount = 100, currency = "INR", orderId, processors });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body;
    }

    private static List<(string Connector, string Reason)> LeftOut(JsonElement routing) =>
        [.. routing.GetProperty("leftOut").EnumerateArray().Select(left => (left.Text("connector"), left.Text("reason")))];

    private static object Rule(string name, object then, object? when = null) => new { name, when, then };

    private static object When(object when) => Rule("a", new { cheapest = true }, when);

    private static object Experiment(string id, object? weights = null, string from = "2026-01-01T00:00:00Z", string until = "2027-01-01T00:00:00Z") =>
        new { id, weights = weights ?? new { alpha = 1, beta = 1 }, from, until };
}
