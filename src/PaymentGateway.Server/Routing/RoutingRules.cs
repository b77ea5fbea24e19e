namespace PaymentGateway.Routing;

/// <summary>How a merchant wants its payments to find a processor, in one mode: one document, replaced whole.</summary>
/// <param name="Version">0: nothing was ever said, and all of it is the default.</param>
/// <param name="Rules">The first whose conditions fit decides.</param>
/// <param name="DefaultOrder">Who comes first where no rule says so; the others follow in the order of the merchant's processors.</param>
/// <param name="AttemptsMax">In one confirmation, with the first.</param>
public sealed record RoutingRules(
    int Version, IReadOnlyList<RoutingRule> Rules, IReadOnlyList<string> DefaultOrder, int AttemptsMax, HealthThresholds Health,
    IReadOnlyList<ProcessorFee> Fees, IReadOnlyList<Experiment> Experiments)
{
    public const int AttemptsDefault = 2;

    public static RoutingRules None { get; } = new(0, [], [], AttemptsDefault, HealthThresholds.Default, [], []);

    /// <summary>Whether anything hangs on the network of a card: finding it out may be a call.</summary>
    public bool AsksCardNetwork =>
        Rules.Any(rule => rule.When.CardNetworks is not null) || Experiments.Any(experiment => experiment.When.CardNetworks is not null)
        || (Fees.Any(fee => fee.CardNetwork is not null) && Rules.Any(rule => rule.Then is RoutingPreference.Cheapest));
}

public sealed record RoutingRule(string Name, RoutingConditions When, RoutingPreference Then);

/// <summary>What a payment must be like. Each that is not null must fit; with none of them everything fits.</summary>
/// <param name="AmountFrom">With it.</param>
/// <param name="AmountTo">With it.</param>
/// <param name="Metadata">Each must stand in the payment's metadata with this very value.</param>
public sealed record RoutingConditions(
    IReadOnlyList<string>? Methods = null, IReadOnlyList<string>? Currencies = null, IReadOnlyList<string>? Countries = null,
    Money? AmountFrom = null, Money? AmountTo = null, IReadOnlyList<string>? CardNetworks = null, IReadOnlyList<string>? CustomerIds = null,
    IReadOnlyDictionary<string, string>? Metadata = null);

/// <summary>Whom a rule puts first. Those that it does not name come after, so that a rule never leaves a payment without a processor.</summary>
public abstract record RoutingPreference
{
    /// <summary>These, in this order.</summary>
    public sealed record Prefer(IReadOnlyList<string> Connectors) : RoutingPreference;

    /// <summary>Drawn in these proportions, for one payment always the same.</summary>
    public sealed record Weights(IReadOnlyList<ConnectorWeight> Shares) : RoutingPreference;

    /// <summary>By the merchant's own table of fees; those without a fee in it after those with one.</summary>
    public sealed record Cheapest : RoutingPreference;
}

public sealed record ConnectorWeight(string Connector, int Weight);

/// <summary>What a processor costs. The first entry that fits a payment counts; null fits all.</summary>
/// <param name="Fixed">For each payment beside the percentage.</param>
public sealed record ProcessorFee(string Connector, string? Method, Currency? Currency, string? CardNetwork, decimal Percent, Money? Fixed);

/// <summary>From when on a processor counts as ill.</summary>
/// <param name="CallsMin">Fewer calls in the window say nothing.</param>
public sealed record HealthThresholds(decimal SuccessPercentMin, TimeSpan LatencyMax, int CallsMin)
{
    public static HealthThresholds Default { get; } = new(80, TimeSpan.FromSeconds(10), 20);
}

/// <summary>A comparison of processors: each customer, or each payment without one, is drawn for one of them and stays with it.</summary>
/// <param name="Shares">The arms, each named by its connector.</param>
/// <param name="Until">Not with it.</param>
public sealed record Experiment(
    string Id, RoutingConditions When, IReadOnlyList<ConnectorWeight> Shares, DateTimeOffset From, DateTimeOffset Until)
{
    public bool RunsAt(DateTimeOffset when) => From <= when && when < Until;
}

/// <summary>What rules can ask about a payment.</summary>
/// <param name="Key">What is drawn by: the order's id, or the id of a payment without one. It is the same however often the request is repeated.</param>
/// <param name="Country">Of the payer; null: not known.</param>
/// <param name="CardNetwork">Null: not a card, or not known.</param>
public sealed record RoutingFacts(
    string Key, string Method, Money Amount, string? Country, string? CardNetwork, string? CustomerId,
    IReadOnlyDictionary<string, string> Metadata, DateTimeOffset When);

/// <summary>A processor that could take the payment, or could but for one thing.</summary>
/// <param name="IsAvailable">Its breaker lets calls through.</param>
/// <param name="Health">Null: nothing is known.</param>
/// <param name="LeftOut">Why it cannot take this very payment: a word of <see cref="RoutingReasons"/>.</param>
/// <param name="IsBound">The only one that can, since it holds what is paid with.</param>
public sealed record RoutingCandidate(string Connector, bool IsAvailable, HealthFigures? Health = null, string? LeftOut = null, bool IsBound = false);

/// <summary>The order in which processors are tried, and why.</summary>
/// <param name="Rule">The name of the rule that fitted.</param>
/// <param name="Order">May be empty.</param>
/// <param name="LeftOut">Those that are not tried at all.</param>
public sealed record RoutingPlan(
    int Version, string? Rule, int AttemptsMax, IReadOnlyList<RoutingChoice> Order, IReadOnlyList<RoutingExclusion> LeftOut);

/// <param name="Reason">A word of <see cref="RoutingReasons"/>.</param>
/// <param name="Experiment">The experiment that drew it.</param>
/// <param name="Fee">By the merchant's table; null: it has none for it.</param>
public sealed record RoutingChoice(string Connector, string Reason, string? Rule = null, string? Experiment = null, Money? Fee = null)
{
    public string Sentence => RoutingReasons.SentenceOf(Reason, Rule, Experiment);
}

/// <inheritdoc cref="RoutingChoice"/>
public sealed record RoutingExclusion(string Connector, string Reason)
{
    public string Sentence => RoutingReasons.SentenceOf(Reason, rule: null, experiment: null);
}
