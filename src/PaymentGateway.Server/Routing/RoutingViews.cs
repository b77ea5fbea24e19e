using PaymentGateway.Http;

namespace PaymentGateway.Routing;

/// <summary>The rules as they are sent: the document with its defaults filled in.</summary>
/// <param name="Version">0: nothing was ever said.</param>
/// <param name="UpdatedAt">Absent: never.</param>
internal sealed record RulesView(
    int Version, IReadOnlyList<RuleBody?> Rules, IReadOnlyList<string?> DefaultOrder, int AttemptsMax, HealthBody Health,
    IReadOnlyList<FeeBody?> Fees, IReadOnlyList<ExperimentBody?> Experiments, DateTimeOffset? UpdatedAt)
{
    public static RulesView Of(RoutingVersion stored)
    {
        var (rules, body) = (stored.Rules, stored.Body);
        return new(
            rules.Version, body.Rules ?? [], body.DefaultOrder ?? [], rules.AttemptsMax,
            new(rules.Health.SuccessPercentMin, (decimal)rules.Health.LatencyMax.TotalMilliseconds / 1000, rules.Health.CallsMin),
            body.Fees ?? [], body.Experiments ?? [], stored.CreatedAt);
    }
}

/// <summary>A payment as it might come.</summary>
/// <param name="PaymentMethod">Such as card.</param>
/// <param name="Amount">Major units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Country">Of the payer.</param>
/// <param name="CardNetwork">Such as visa.</param>
/// <param name="CustomerId">As on an order.</param>
/// <param name="Metadata">As on an order; texts.</param>
/// <param name="OrderId">What is drawn by: the order's id, or that of a payment without one. Any text will do.</param>
/// <param name="Processors">Those whose token of the card you have; all when absent.</param>
internal sealed record ExplainBody(
    string? PaymentMethod = null, AmountText? Amount = null, string? Currency = null, string? Country = null, string? CardNetwork = null,
    string? CustomerId = null, IReadOnlyDictionary<string, string?>? Metadata = null, string? OrderId = null,
    IReadOnlyList<string?>? Processors = null);

/// <param name="Version">Of the rules that decided.</param>
/// <param name="Rule">The rule that fits.</param>
/// <param name="AttemptsMax">How many of the order would be tried at most.</param>
/// <param name="Order">Whom the payment would be sent to, one after the other.</param>
/// <param name="LeftOut">Who would not be tried at all.</param>
internal sealed record ExplainView(
    int Version, string? Rule, int AttemptsMax, IReadOnlyList<ChoiceView> Order, IReadOnlyList<ExclusionView> LeftOut)
{
    public static ExplainView Of(RoutingPlan plan) => new(
        plan.Version, plan.Rule, plan.AttemptsMax,
        [.. plan.Order.Select((choice, i) => new ChoiceView(
            choice.Connector, i + 1, choice.Reason, choice.Sentence, choice.Experiment, choice.Fee?.ToMajor()))],
        [.. plan.LeftOut.Select(left => new ExclusionView(left.Connector, left.Reason, left.Sentence))]);
}

/// <param name="Connector">The processor.</param>
/// <param name="Position">From 1.</param>
/// <param name="Reason">A word that stays the same.</param>
/// <param name="Message">The same for a person.</param>
/// <param name="Experiment">That drew it.</param>
/// <param name="Fee">By your table of fees.</param>
internal sealed record ChoiceView(string Connector, int Position, string Reason, string Message, string? Experiment, decimal? Fee);

internal enum HealthState
{
    Healthy,

    /// <summary>It comes last.</summary>
    Ill,

    /// <summary>It is not called at all for a while.</summary>
    Unavailable,

    /// <summary>There were too few calls to say.</summary>
    Unknown,
}

/// <param name="WindowSeconds">What is looked back on.</param>
/// <param name="Data">Each processor and method.</param>
internal sealed record HealthView(int WindowSeconds, IReadOnlyList<ProcessorHealthView> Data);

/// <param name="Connector">The processor.</param>
/// <param name="Method">Such as card.</param>
/// <param name="State">By your thresholds.</param>
/// <param name="SuccessPercent">Of the calls, those that were answered well; a customer's decline is a good answer.</param>
/// <param name="LatencySeconds">The mean.</param>
internal sealed record ProcessorHealthView(string Connector, string Method, HealthState State, decimal? SuccessPercent, decimal? LatencySeconds);

/// <param name="Running">Whether payments take part at this moment.</param>
/// <param name="Arms">What came of the attempts that the experiment drew.</param>
internal sealed record ExperimentView(string Id, DateTimeOffset From, DateTimeOffset Until, bool Running, IReadOnlyList<ArmView> Arms)
{
    public static ExperimentView Of(Experiment experiment, IReadOnlyList<ArmFigures> figures, DateTimeOffset when) => new(
        experiment.Id, experiment.From, experiment.Until, experiment.RunsAt(when),
        [.. experiment.Shares.Select(share => ArmView.Of(share, [.. figures.Where(one => one.Connector == share.Connector)]))]);
}

/// <param name="Connector">The arm.</param>
/// <param name="Weight">Its share.</param>
/// <param name="Attempts">Drawn for it and sent to it.</param>
/// <param name="Successes">Of them, authorized or captured.</param>
/// <param name="Failures">Of them, declined or not done; the rest is open.</param>
/// <param name="SuccessPercent">Of those that are not open.</param>
/// <param name="Amounts">Of the successes, by currency, in major units.</param>
internal sealed record ArmView(
    string Connector, int Weight, int Attempts, int Successes, int Failures, decimal? SuccessPercent, IReadOnlyDictionary<string, decimal> Amounts)
{
    public static ArmView Of(ConnectorWeight share, IReadOnlyList<ArmFigures> figures)
    {
        var (attempts, successes, failures) = (figures.Sum(f => f.Attempts), figures.Sum(f => f.Successes), figures.Sum(f => f.Failures));
        return new(
            share.Connector, share.Weight, attempts, successes, failures,
            successes + failures == 0 ? null : Math.Round(successes * 100m / (successes + failures), 2),
            figures.Where(f => !f.Amount.IsZero).ToDictionary(f => f.Amount.Currency.Code, f => f.Amount.ToMajor()));
    }
}
