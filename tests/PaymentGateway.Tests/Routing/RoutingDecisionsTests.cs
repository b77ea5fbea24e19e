using PaymentGateway.Routing;

namespace PaymentGateway.Tests.Routing;

/// <summary>The order of processors: what stands first, who comes last, who is left out, and that a draw is the same each time.</summary>
public sealed class RoutingDecisionsTests
{
    private static readonly DateTimeOffset now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    private static readonly RoutingFacts dollars = new(
        "order_1", "card", Money.FromMajor(100, Currency.USD), "US", "visa", "cus_1", new Dictionary<string, string> { ["shop"] = "north" }, now);

    private static readonly RoutingCandidate[] abc = [new("a", true), new("b", true), new("c", true)];

    public static TheoryData<string, RoutingConditions, bool> Cases { get; } = new()
    {
        { "nothing asked", new(), true },
        { "method", new(Methods: ["upi", "card"]), true },
        { "other method", new(Methods: ["upi"]), false },
        { "currency", new(Currencies: ["USD"]), true },
        { "other currency", new(Currencies: ["EUR", "INR"]), false },
        { "country", new(Countries: ["US"]), true },
        { "other country", new(Countries: ["DE"]), false },
        { "network", new(CardNetworks: ["amex", "visa"]), true },
        { "other network", new(CardNetworks: ["amex"]), false },
        { "customer", new(CustomerIds: ["cus_1"]), true },
        { "other customer", new(CustomerIds: ["cus_2"]), false },
        { "from just that", new(AmountFrom: Usd(100)), true },
        { "from above", new(AmountFrom: Usd(100.01m)), false },
        { "to just that", new(AmountTo: Usd(100)), true },
        { "to below", new(AmountTo: Usd(99.99m)), false },
        { "an amount of another currency", new(AmountFrom: Money.FromMajor(1, Currency.EUR)), false },
        { "metadata", new(Metadata: new Dictionary<string, string> { ["shop"] = "north" }), true },
        { "other metadata", new(Metadata: new Dictionary<string, string> { ["shop"] = "south" }), false },
        { "metadata that is not there", new(Metadata: new Dictionary<string, string> { ["till"] = "1" }), false },
        { "all of several", new(Methods: ["card"], Currencies: ["USD"], Countries: ["US"]), true },
        { "one of several does not fit", new(Methods: ["card"], Currencies: ["USD"], Countries: ["DE"]), false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rule_fits_when_all_that_it_asks_fits(string what, RoutingConditions when, bool fits) =>
        Assert.True(fits == RoutingDecisions.Fits(when, dollars), what);

    [Fact]
    public void What_is_not_known_fits_no_condition()
    {
        var unknown = dollars with { Country = null, CardNetwork = null, CustomerId = null };

        Assert.False(RoutingDecisions.Fits(new(Countries: ["US"]), unknown));
        Assert.False(RoutingDecisions.Fits(new(CardNetworks: ["visa"]), unknown));
        Assert.False(RoutingDecisions.Fits(new(CustomerIds: ["cus_1"]), unknown));
    }

    [Fact]
    public void Without_rules_it_is_the_order_of_the_processors() => Assert.Equal(
        [("a", "priority"), ("b", "priority"), ("c", "priority")], Order(RoutingRules.None));

    [Fact]
    public void The_default_order_comes_before_the_others() => Assert.Equal(
        [("c", "default_order"), ("a", "priority"), ("b", "priority")], Order(RoutingRules.None with { DefaultOrder = ["c", "gone"] }));

    [Fact]
    public void The_first_rule_that_fits_decides_and_the_others_follow()
    {
        var rules = Rules(
            new("euros", new(Currencies: ["EUR"]), new RoutingPreference.Prefer(["a"])),
            new("dollars", new(Currencies: ["USD"]), new RoutingPreference.Prefer(["b", "gone"])),
            new("all", new(), new RoutingPreference.Prefer(["c"]))) with
        { DefaultOrder = ["c"] };

        Assert.Equal([("b", "rule_prefer"), ("c", "default_order"), ("a", "priority")], Order(rules));
        Assert.Equal("dollars", RoutingDecisions.Decide(rules, dollars, abc).Rule);
    }

    [Fact]
    public void The_cheapest_is_by_the_first_fee_that_fits_and_who_has_none_follows()
    {
        var rules = Rules(new RoutingRule("cheap", new(), new RoutingPreference.Cheapest())) with
        {
            Fees =
            [
                new("b", "card", null, "amex", 3.5m, null),
                new("b", "card", Currency.USD, "visa", 1.0m, Usd(0.30m)),
                new("b", null, null, null, 0, null),
                new("c", "upi", null, null, 0, null),
                new("c", "card", null, null, 1.2m, null),
            ],
        };

        var plan = RoutingDecisions.Decide(rules, dollars, abc);

        Assert.Equal([("c", Usd(1.20m)), ("b", Usd(1.30m)), ("a", null)], plan.Order.Select(choice => (choice.Connector, choice.Fee)));
        Assert.Equal("b", RoutingDecisions.Decide(rules, dollars with { Amount = Usd(200) }, abc).Order[0].Connector);
    }

    [Fact]
    public void An_ill_processor_goes_to_the_end_and_stays_in_the_order()
    {
        RoutingCandidate[] candidates = [new("a", true, new(20, 5, TimeSpan.Zero)), new("b", true, new(20, 4, TimeSpan.Zero)), new("c", true)];

        Assert.Equal([("b", "priority"), ("c", "priority"), ("a", "ill")], Order(RoutingRules.None, candidates));
    }

    [Theory]
    [InlineData(19, 19, 0, false)]
    [InlineData(20, 20, 0, true)]
    [InlineData(20, 4, 0, false)]
    [InlineData(20, 5, 0, true)]
    [InlineData(20, 0, 10, false)]
    [InlineData(20, 0, 10.1, true)]
    public void Ill_is_who_answers_badly_or_slowly_often_enough(int calls, int failures, double seconds, bool isIll) => Assert.Equal(
        isIll, RoutingDecisions.IsIll(new(calls, failures, TimeSpan.FromSeconds(seconds)), HealthThresholds.Default));

    [Fact]
    public void When_all_are_ill_they_keep_their_order()
    {
        var bad = new HealthFigures(100, 100, TimeSpan.Zero);

        Assert.Equal([("a", "ill"), ("b", "ill")], Order(RoutingRules.None, [new("a", true, bad), new("b", true, bad)]));
    }

    [Fact]
    public void An_open_breaker_and_what_cannot_be_are_left_out_with_their_reason()
    {
        var plan = RoutingDecisions.Decide(
            RoutingRules.None with { DefaultOrder = ["a", "b", "c"] }, dollars, [new("a", false), new("b", true, LeftOut: "no_token"), new("c", true)]);

        Assert.Equal(["c"], plan.Order.Select(choice => choice.Connector));
        Assert.Equal([("a", "breaker_open"), ("b", "no_token")], plan.LeftOut.Select(left => (left.Connector, left.Reason)));
    }

    [Fact]
    public void Every_reason_has_a_sentence() => Assert.All(
        RoutingReasons.All, reason => Assert.EndsWith(".", RoutingReasons.SentenceOf(reason, "rule", "experiment"), StringComparison.Ordinal));

    [Fact]
    public void Weights_converge_to_their_shares()
    {
        const int Payments = 20_000;
        var rules = Rules(new RoutingRule("split", new(), new RoutingPreference.Weights([new("a", 70), new("b", 25), new("c", 5)])));

        var first = Enumerable.Range(0, Payments)
            .Select(i => RoutingDecisions.Decide(rules, dollars with { Key = $"order_{i}" }, abc).Order)
            .CountBy(order => order[0].Connector).ToDictionary();

        // Four standard deviations of such a draw.
        Assert.InRange(first["a"], (0.70 * Payments) - 260, (0.70 * Payments) + 260);
        Assert.InRange(first["b"], (0.25 * Payments) - 245, (0.25 * Payments) + 245);
        Assert.InRange(first["c"], (0.05 * Payments) - 124, (0.05 * Payments) + 124);
    }

    [Fact]
    public void The_rest_of_a_draw_keeps_its_proportions()
    {
        const int Payments = 20_000;

        var second = Enumerable.Range(0, Payments)
            .Select(i => RoutingDecisions.Draw([new("a", 80), new("b", 15), new("c", 5)], $"{i}"))
            .Where(drawn => drawn[0] == "a")
            .CountBy(drawn => drawn[1]).ToDictionary();

        Assert.InRange(second["b"] / (double)(second["b"] + second["c"]), 0.735, 0.765);
    }

    [Fact]
    public void A_payment_is_drawn_the_same_each_time_and_in_each_version()
    {
        ConnectorWeight[] shares = [new("a", 1), new("b", 1), new("c", 1)];

        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(RoutingDecisions.Draw(shares, $"{i}"), RoutingDecisions.Draw(shares, $"{i}")));
        Assert.Equal("acb acb bac abc cab cab abc acb", string.Join(' ', Enumerable.Range(0, 8).Select(i => string.Concat(RoutingDecisions.Draw(shares, $"rule/{i}")))));
    }

    [Fact]
    public void A_weight_of_zero_is_never_drawn() => Assert.All(
        Enumerable.Range(0, 200), i => Assert.Equal(["b"], RoutingDecisions.Draw([new("a", 0), new("b", 1)], $"{i}")));

    [Fact]
    public void A_customer_stays_in_the_arm_of_an_experiment_whatever_the_payment()
    {
        var rules = RoutingRules.None with { Experiments = [Experiment("e1")] };

        var arms = Enumerable.Range(0, 100).Select(customer => Enumerable.Range(0, 10)
            .Select(i => RoutingDecisions.Decide(rules, dollars with { CustomerId = $"cus_{customer}", Key = $"order_{i}" }, abc).Order[0])
            .Distinct().ToList()).ToList();

        Assert.All(arms, arm => Assert.Equal("experiment", Assert.Single(arm).Reason));
        Assert.InRange(arms.Count(arm => arm[0].Connector == "a"), 30, 70);
    }

    [Fact]
    public void A_payment_without_a_customer_is_drawn_by_itself_and_experiments_do_not_follow_each_other()
    {
        var nobody = dollars with { CustomerId = null };
        Experiment[] two = [Experiment("e1")], other = [Experiment("e2")];

        var arms = Enumerable.Range(0, 1000)
            .Select(i => nobody with { Key = $"order_{i}" })
            .Select(facts => (First: RoutingDecisions.ArmOf(two, facts)!.Value.Arm, Second: RoutingDecisions.ArmOf(other, facts)!.Value.Arm)).ToList();

        Assert.InRange(arms.Count(arm => arm.First == "a"), 430, 570);
        Assert.InRange(arms.Count(arm => arm.First == arm.Second), 430, 570);
    }

    [Fact]
    public void An_experiment_goes_before_the_rules_while_it_runs_and_where_its_arm_can_take_the_payment()
    {
        var only = Experiment("only-c") with { Shares = [new("b", 0), new("c", 1)] };
        var rules = Rules(new RoutingRule("b first", new(), new RoutingPreference.Prefer(["b"]))) with { Experiments = [only] };

        Assert.Equal([("c", "experiment"), ("b", "rule_prefer"), ("a", "priority")], Order(rules));
        Assert.Equal("only-c", RoutingDecisions.Decide(rules, dollars, abc).Order[0].Experiment);
        Assert.Equal([("b", "rule_prefer"), ("a", "priority")], Order(rules, [new("a", true), new("b", true), new("c", false)]));
        Assert.Equal("b", Order(rules with { Experiments = [only with { Until = now }] })[0].Connector);
        Assert.Equal("b", Order(rules with { Experiments = [only with { From = now.AddSeconds(1) }] })[0].Connector);
        Assert.Equal("b", Order(rules with { Experiments = [only with { When = new(Currencies: ["EUR"]) }] })[0].Connector);
    }

    [Fact]
    public void Whoever_holds_what_is_paid_with_needs_no_rule()
    {
        var rules = Rules(new RoutingRule("b first", new(), new RoutingPreference.Prefer(["b"])));

        Assert.Equal([("a", "bound")], Order(rules, [new("a", true, IsBound: true), new("b", true, LeftOut: "no_token")]));
    }

    private static Experiment Experiment(string id) => new(id, new(), [new("a", 1), new("b", 1)], now.AddDays(-1), now.AddDays(1));

    private static RoutingRules Rules(params RoutingRule[] rules) => RoutingRules.None with { Rules = rules };

    private static List<(string Connector, string Reason)> Order(RoutingRules rules, RoutingCandidate[]? candidates = null) =>
        [.. RoutingDecisions.Decide(rules, dollars, candidates ?? abc).Order.Select(choice => (choice.Connector, choice.Reason))];

    private static Money Usd(decimal amount) => Money.FromMajor(amount, Currency.USD);
}
