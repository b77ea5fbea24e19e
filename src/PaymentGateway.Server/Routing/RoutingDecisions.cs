using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Routing;

/// <summary>Which processors take a payment, in which order: pure, and for the same payment always the same.</summary>
/// <remarks>
/// What stands first wins: the arm of an experiment, the rule that fits, the default order, the merchant's own order of processors. Whoever is
/// ill then goes to the end, and whoever cannot take the payment is left out.
/// </remarks>
public static class RoutingDecisions
{
    public static RoutingPlan Decide(RoutingRules rules, RoutingFacts facts, IReadOnlyList<RoutingCandidate> candidates)
    {
        var leftOut = candidates.Select(WhyLeftOut).OfType<RoutingExclusion>().ToList();
        var usable = candidates.Where(candidate => WhyLeftOut(candidate) is null).ToList();
        var rule = rules.Rules.FirstOrDefault(rule => Fits(rule.When, facts));
        var wanted = Wanted(rules, rule, facts, usable)
            .Where(choice => usable.Any(candidate => candidate.Connector == choice.Connector))
            .DistinctBy(choice => choice.Connector)
            .Select(choice => choice with { Fee = FeeOf(rules.Fees, choice.Connector, facts) })
            .ToLookup(choice => IsIll(usable.First(candidate => candidate.Connector == choice.Connector).Health, rules.Health));
        var ill = wanted[true].Select(choice => new RoutingChoice(choice.Connector, RoutingReasons.Ill, Fee: choice.Fee));
        return new(rules.Version, rule?.Name, rules.AttemptsMax, [.. wanted[false], .. ill], leftOut);
    }

    /// <summary>Whether a processor answers so badly that others come first. Too few calls say nothing.</summary>
    public static bool IsIll(HealthFigures? health, HealthThresholds thresholds) =>
        health is { } known && known.Calls >= thresholds.CallsMin
        && (known.SuccessPercent < thresholds.SuccessPercentMin || known.Latency > thresholds.LatencyMax);

    public static bool Fits(RoutingConditions when, RoutingFacts facts) =>
        Names(when.Methods, facts.Method)
        && Names(when.Currencies, facts.Amount.Currency.Code)
        && Names(when.Countries, facts.Country)
        && Names(when.CardNetworks, facts.CardNetwork)
        && Names(when.CustomerIds, facts.CustomerId)
        && (when.AmountFrom is not { } from || (facts.Amount.Currency == from.Currency && facts.Amount >= from))
        && (when.AmountTo is not { } to || (facts.Amount.Currency == to.Currency && facts.Amount <= to))
        && (when.Metadata is null || when.Metadata.All(pair => facts.Metadata.GetValueOrDefault(pair.Key) == pair.Value));

    /// <summary>The fee by the first entry that fits; null: there is none.</summary>
    public static Money? FeeOf(IReadOnlyList<ProcessorFee> fees, string connector, RoutingFacts facts)
    {
        var entry = fees.FirstOrDefault(fee => fee.Connector == connector
            && (fee.Method is null || fee.Method == facts.Method)
            && (fee.Currency is null || fee.Currency == facts.Amount.Currency)
            && (fee.CardNetwork is null || fee.CardNetwork == facts.CardNetwork));
        return entry is null ? null : facts.Amount.Multiply(entry.Percent / 100m) + (entry.Fixed ?? Money.Zero(facts.Amount.Currency));
    }

    /// <summary>All shares in the order of one draw: who is drawn first, who would be drawn without that one, and so on.</summary>
    public static IReadOnlyList<string> Draw(IReadOnlyList<ConnectorWeight> shares, string seed)
    {
        var left = shares.Where(share => share.Weight > 0).ToList();
        var drawn = new List<string>(left.Count);
        while (left.Count > 0)
        {
            var point = (long)(Hash($"{seed}/{drawn.Count}") % (ulong)left.Sum(share => (long)share.Weight));
            var place = 0;
            while (point >= left[place].Weight)
            {
                point -= left[place++].Weight;
            }

            drawn.Add(left[place].Connector);
            left.RemoveAt(place);
        }

        return drawn;
    }

    /// <summary>The arm that this payment is drawn for in the first experiment that it belongs to.</summary>
    public static (string Experiment, string Arm)? ArmOf(IReadOnlyList<Experiment> experiments, RoutingFacts facts) =>
        experiments.FirstOrDefault(experiment => experiment.RunsAt(facts.When) && Fits(experiment.When, facts)) is { } running
            ? (running.Id, Draw(running.Shares, $"experiment/{running.Id}/{facts.CustomerId ?? facts.Key}")[0])
            : null;

    private static IEnumerable<RoutingChoice> Wanted(
        RoutingRules rules, RoutingRule? rule, RoutingFacts facts, IReadOnlyList<RoutingCandidate> usable)
    {
        foreach (var bound in usable.Where(candidate => candidate.IsBound))
        {
            yield return new(bound.Connector, RoutingReasons.Bound);
        }

        if (ArmOf(rules.Experiments, facts) is var (experiment, arm))
        {
            yield return new(arm, RoutingReasons.Experiment, Experiment: experiment);
        }

        foreach (var choice in rule is null ? [] : ByRule(rule, rules, facts, usable))
        {
            yield return choice;
        }

        foreach (var connector in rules.DefaultOrder)
        {
            yield return new(connector, RoutingReasons.DefaultOrder);
        }

        foreach (var candidate in usable)
        {
            yield return new(candidate.Connector, RoutingReasons.Priority);
        }
    }

    private static IEnumerable<RoutingChoice> ByRule(
        RoutingRule rule, RoutingRules rules, RoutingFacts facts, IReadOnlyList<RoutingCandidate> usable) => rule.Then switch
        {
            RoutingPreference.Prefer prefer => prefer.Connectors.Select(c => new RoutingChoice(c, RoutingReasons.RulePrefer, rule.Name)),
            RoutingPreference.Weights weights => Draw(weights.Shares, $"rule/{facts.Key}")
                .Select(c => new RoutingChoice(c, RoutingReasons.RuleWeights, rule.Name)),
            RoutingPreference.Cheapest => usable
                .Select(candidate => (candidate.Connector, Fee: FeeOf(rules.Fees, candidate.Connector, facts)))
                .Where(priced => priced.Fee is not null)
                .OrderBy(priced => priced.Fee!.Value.Minor)
                .Select(priced => new RoutingChoice(priced.Connector, RoutingReasons.RuleCheapest, rule.Name)),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Then.GetType().Name, "Not a preference."),
        };

    private static RoutingExclusion? WhyLeftOut(RoutingCandidate candidate) => candidate switch
    {
        { LeftOut: { } reason } => new(candidate.Connector, reason),
        { IsAvailable: false } => new(candidate.Connector, RoutingReasons.BreakerOpen),
        _ => null,
    };

    private static bool Names(IReadOnlyList<string>? names, string? value) => names is null || (value is not null && names.Contains(value));

    /// <summary>The same on every machine and in every version: a draw is part of what merchants see.</summary>
    private static ulong Hash(string text) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
