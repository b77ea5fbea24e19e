namespace PaymentGateway.Routing;

/// <summary>Why a processor stands where it stands, or is left out: a word that stays, and a sentence for a person.</summary>
public static class RoutingReasons
{
    public const string Experiment = "experiment";
    public const string RulePrefer = "rule_prefer";
    public const string RuleWeights = "rule_weights";
    public const string RuleCheapest = "rule_cheapest";
    public const string DefaultOrder = "default_order";
    public const string Priority = "priority";
    public const string Bound = "bound";
    public const string Ill = "ill";

    public const string BreakerOpen = "breaker_open";
    public const string NoToken = "no_token";
    public const string OtherProcessor = "other_processor";
    public const string Country = "country";
    public const string NotTaken = "not_taken";
    public const string NoAccount = "no_account";

    /// <summary>Every word, for the guide.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Experiment, RulePrefer, RuleWeights, RuleCheapest, DefaultOrder, Priority, Bound, Ill, BreakerOpen, NoToken, OtherProcessor, Country, NotTaken, NoAccount,
    ];

    public static string SentenceOf(string reason, string? rule, string? experiment) => reason switch
    {
        Experiment => $"Drawn by the experiment {experiment}.",
        RulePrefer => $"Preferred by the rule {rule}.",
        RuleWeights => $"Drawn by the weights of the rule {rule}.",
        RuleCheapest => $"Placed by its fee, as the rule {rule} wants.",
        DefaultOrder => "Named by the default order.",
        Priority => "In the order of your processors.",
        Bound => "It holds what is paid with.",
        Ill => "It answers badly at the moment, so it comes last.",
        BreakerOpen => "It did not answer lately and is left alone for a while.",
        NoToken => "There is no token of this card for it.",
        OtherProcessor => "What is paid with belongs to another processor.",
        Country => "It does not take the method from payers of this country.",
        NotTaken => "It does not take this method in this currency.",
        NoAccount => "You have no account there that takes new payments.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason of routing."),
    };
}
