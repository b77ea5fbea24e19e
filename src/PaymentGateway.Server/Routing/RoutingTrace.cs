using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentGateway.Routing;

/// <summary>What a charge keeps of the decision that sent it to its processor. Nothing of a customer is in it.</summary>
/// <param name="Reason">A word of <see cref="RoutingReasons"/>.</param>
/// <param name="Position">In the order, from 1; from 2 on it is a failover.</param>
/// <param name="Order">All that could have been tried.</param>
/// <param name="Version">Of the rules.</param>
/// <param name="Experiment">The experiment whose arm this attempt is.</param>
public sealed record RoutingTrace(
    string Reason, int Position, IReadOnlyList<string> Order, IReadOnlyList<RoutingTrace.Exclusion> LeftOut, int Version, string? Rule = null,
    string? Experiment = null)
{
    public sealed record Exclusion(string Connector, string Reason);

    private static readonly JsonSerializerOptions options =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static RoutingTrace Of(RoutingPlan plan, int position)
    {
        var choice = plan.Order[position - 1];
        return new(
            choice.Reason, position, [.. plan.Order.Select(one => one.Connector)],
            [.. plan.LeftOut.Select(left => new Exclusion(left.Connector, left.Reason))], plan.Version, plan.Rule, choice.Experiment);
    }

    /// <summary>Of what can be paid through one processor only.</summary>
    public static RoutingTrace Bound(string connector) => new(RoutingReasons.Bound, Position: 1, [connector], [], Version: 0);

    public string ToJson() => JsonSerializer.Serialize(this, options);

    public static RoutingTrace FromJson(string json) => JsonSerializer.Deserialize<RoutingTrace>(json, options)!;
}

/// <summary>Why an attempt went to its processor, as it is sent.</summary>
/// <param name="Connector">The processor.</param>
/// <param name="Reason">A word that stays the same.</param>
/// <param name="Message">The same for a person.</param>
/// <param name="Position">In the order, from 1; from 2 on it is a failover.</param>
/// <param name="Version">Of your rules; 0: you have none.</param>
/// <param name="Rule">The rule that fitted this payment.</param>
/// <param name="Experiment">The experiment that drew the processor.</param>
/// <param name="Arm">Its arm.</param>
/// <param name="Order">All processors that could have been tried, in their order.</param>
/// <param name="LeftOut">Those that could not.</param>
public sealed record RoutingView(
    string Connector, string Reason, string Message, int Position, int Version, string? Rule, string? Experiment, string? Arm,
    IReadOnlyList<string> Order, IReadOnlyList<ExclusionView> LeftOut)
{
    public static RoutingView? Of(string connector, RoutingTrace? trace) => trace is null ? null : new(
        connector, trace.Reason, RoutingReasons.SentenceOf(trace.Reason, trace.Rule, trace.Experiment), trace.Position, trace.Version, trace.Rule,
        trace.Experiment, trace.Experiment is null ? null : connector, trace.Order,
        [.. trace.LeftOut.Select(left => ExclusionView.Of(left.Connector, left.Reason))]);
}

/// <param name="Connector">The processor.</param>
/// <param name="Reason">A word that stays the same.</param>
/// <param name="Message">The same for a person.</param>
public sealed record ExclusionView(string Connector, string Reason, string Message)
{
    internal static ExclusionView Of(string connector, string reason) => new(connector, reason, RoutingReasons.SentenceOf(reason, null, null));
}
