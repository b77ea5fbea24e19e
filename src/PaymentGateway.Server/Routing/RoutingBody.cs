namespace PaymentGateway.Routing;

/// <summary>The document as it is sent, stored and shown. What is absent is the default.</summary>
/// <param name="Version">The version that you read and replace; when another has come since, nothing is written.</param>
/// <param name="Rules">The first that fits decides.</param>
/// <param name="DefaultOrder">Processors that come first where no rule says so.</param>
/// <param name="AttemptsMax">1 to 5 in one confirmation, with the first; 2 when absent.</param>
/// <param name="Health">From when on a processor comes last.</param>
/// <param name="Fees">What your processors cost; the first entry that fits counts.</param>
/// <param name="Experiments">The first that runs and fits draws the processor.</param>
internal sealed record RoutingBody(
    int? Version = null, IReadOnlyList<RuleBody?>? Rules = null, IReadOnlyList<string?>? DefaultOrder = null, int? AttemptsMax = null,
    HealthBody? Health = null, IReadOnlyList<FeeBody?>? Fees = null, IReadOnlyList<ExperimentBody?>? Experiments = null);

/// <param name="Name">Stands in the reason of each payment that it decides.</param>
/// <param name="When">All of it must fit; every payment when absent.</param>
/// <param name="Then">One of its fields.</param>
internal sealed record RuleBody(string? Name = null, ConditionsBody? When = null, PreferenceBody? Then = null);

/// <param name="Methods">Such as card.</param>
/// <param name="Currencies">ISO 4217.</param>
/// <param name="Countries">Of the payer, ISO 3166-1.</param>
/// <param name="AmountFrom">Major units, with it; needs exactly one currency.</param>
/// <param name="AmountTo">Major units, with it; needs exactly one currency.</param>
/// <param name="CardNetworks">Such as visa.</param>
/// <param name="CustomerIds">As on your orders.</param>
/// <param name="Metadata">Each field must have this value on the order or payment.</param>
internal sealed record ConditionsBody(
    IReadOnlyList<string?>? Methods = null, IReadOnlyList<string?>? Currencies = null, IReadOnlyList<string?>? Countries = null,
    AmountText? AmountFrom = null, AmountText? AmountTo = null, IReadOnlyList<string?>? CardNetworks = null,
    IReadOnlyList<string?>? CustomerIds = null, IReadOnlyDictionary<string, string?>? Metadata = null);

/// <param name="Prefer">Processors in this order.</param>
/// <param name="Weights">A whole number for each processor: its share of the payments.</param>
/// <param name="Cheapest">true: by your fees.</param>
internal sealed record PreferenceBody(
    IReadOnlyList<string?>? Prefer = null, IReadOnlyDictionary<string, int>? Weights = null, bool? Cheapest = null);

/// <param name="SuccessPercentMin">0 to 100; 80 when absent.</param>
/// <param name="LatencyMaxSeconds">The mean of the calls; 10 when absent.</param>
/// <param name="CallsMin">Fewer calls in five minutes say nothing; 20 when absent.</param>
internal sealed record HealthBody(decimal? SuccessPercentMin = null, decimal? LatencyMaxSeconds = null, int? CallsMin = null);

/// <param name="Connector">Whose fee it is.</param>
/// <param name="Method">Every one when absent.</param>
/// <param name="Currency">Every one when absent; needed for a fixed part.</param>
/// <param name="CardNetwork">Every one when absent.</param>
/// <param name="Percent">Of the amount.</param>
/// <param name="Fixed">Of each payment, in major units.</param>
internal sealed record FeeBody(
    string? Connector = null, string? Method = null, string? Currency = null, string? CardNetwork = null, decimal? Percent = null,
    AmountText? Fixed = null);

/// <param name="Id">Your word for it; its figures are asked for by it.</param>
/// <param name="When">Which payments take part; every one when absent.</param>
/// <param name="Weights">The processors that are compared, each with its share.</param>
/// <param name="From">With it.</param>
/// <param name="Until">Not with it.</param>
internal sealed record ExperimentBody(
    string? Id = null, ConditionsBody? When = null, IReadOnlyDictionary<string, int>? Weights = null, DateTimeOffset? From = null,
    DateTimeOffset? Until = null);
