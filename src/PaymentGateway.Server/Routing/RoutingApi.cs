using System.Text.Json;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Routing;

/// <summary>A merchant's rules, what they would do, and what is known of its processors.</summary>
internal sealed class RoutingApi(
    RoutingStore store, ProcessorRouting routing, ProcessorHealth health, ConnectorRegistry connectors, CountExperiment count,
    Idempotency idempotency, EventConsumers events, MerchantClocks clocks)
{
    public static void Map(IEndpointRouteBuilder routes, RoutingApi api)
    {
        var group = routes.MapGroup("/api/admin/routing").WithTags("Routing").WithMetadata(new RequiresKey(KeyKind.Secret));
        group.MapGet("", api.Get).WithName("getRouting").WithSummary("Read the routing rules")
            .WithDescription("Of the key's merchant and mode. Charges name the version that they were decided by.")
            .Query("version", "An earlier version; the newest when absent.")
            .Produces<RulesView>()
            .Example(RoutingExamples.Rules)
            .Errors(Errors.ValidationFailed, Errors.NotFound);
        group.MapPut("", api.Put).WithName("replaceRouting").WithSummary("Replace the routing rules")
            .WithDescription("The whole document: what it leaves out is the default from then on. version is the one that you have read.")
            .Produces<RulesView>()
            .Example(RoutingExamples.Replace, RoutingExamples.Rules)
            .Errors(Errors.VersionConflict);
        group.MapPost("explain", api.Explain).WithMetadata(new TakesNoIdempotencyKey())
            .WithName("explainRouting").WithSummary("Ask where a payment would go")
            .WithDescription("The whole order with its reasons, as a payment of this moment would get it. Nothing is written and nobody is called.")
            .Produces<ExplainView>()
            .Example(RoutingExamples.Explain, RoutingExamples.Explained)
            .Errors(Errors.InvalidAmount, Errors.UnsupportedCurrency, Errors.AmountAboveMaximum);
        group.MapGet("health", api.Health).WithName("getRoutingHealth").WithSummary("How your processors answer")
            .WithDescription("Of the last five minutes, as the replica that answers has seen them.")
            .Produces<HealthView>()
            .Example(RoutingExamples.Health)
            .Errors();
        group.MapGet("experiments/{experimentId}", api.GetExperiment).WithName("getRoutingExperiment").WithSummary("The figures of an experiment")
            .WithDescription("Each arm with its attempts, successes and amounts. Attempts that another processor took over do not count for the arm.")
            .Produces<ExperimentView>()
            .Example(RoutingExamples.Experiment)
            .Errors(Errors.ExperimentNotFound);
    }

    private async Task<Answer> Get(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var text = request.Query["version"] is [{ Length: > 0 } sent] ? sent : null;
        if (text is not null && !(int.TryParse(text, out var number) && number >= 0))
        {
            return Answer.Of(Refusal.Field("version", "must be a whole number"), caller.RequestId);
        }

        return await store.Read(caller.Tenant, text is null ? null : int.Parse(text), cancel) is { } found
            ? Answer.Ok(RulesView.Of(found))
            : Answer.Of(new Refusal(Errors.NotFound, "The rules never had this version."), caller.RequestId);
    }

    private async Task<Answer> Put(Caller caller, HttpRequest request, Body<RoutingBody> body, CancellationToken cancel)
    {
        var answer = await idempotency.Run(caller, request, body, _ => Replace(caller, body.Value, cancel), cancel);
        store.Forget(caller.Tenant);
        return answer;
    }

    private async Task<Decided> Replace(Caller caller, RoutingBody body, CancellationToken cancel)
    {
        var now = (await store.Read(caller.Tenant, version: null, cancel))!;
        var next = RoutingDocument.Read(body, now.Rules.Version + 1, Names());
        if ((WhyNotReplaced(body, now.Rules.Version) ?? next.Refusal) is { } refusal)
        {
            return new(null, Answer.Of(refusal, caller.RequestId));
        }

        var stored = new RoutingVersion(next.Value, body with { Version = null }, clocks.Now(caller.Tenant));
        var change = new Change().Of(caller.Tenant).Write(RoutingRows.Insert, new(
            caller.Tenant, next.Value.Version, JsonSerializer.Serialize(stored.Body, Json.Options), stored.CreatedAt!.Value));
        RoutingTrail.Record(change, events, caller.Origin, clocks, caller.Tenant, now, stored);
        return new(change, Answer.Ok(RulesView.Of(stored)));
    }

    /// <summary>Two who edit the same version would undo each other's rules without noticing.</summary>
    private static Refusal? WhyNotReplaced(RoutingBody body, int now) => body.Version switch
    {
        null => Refusal.Field("version", "is required: the version that you have read, 0 before the first"),
        var version when version == now => null,
        _ => new Refusal(Errors.VersionConflict, Details: new Dictionary<string, object?> { ["version"] = now }),
    };

    private async Task<Answer> Explain(Caller caller, Body<ExplainBody> body)
    {
        var asked = body.Value;
        var amount = RequestedAmount.Read(asked.Amount, asked.Currency);
        var faults = new FieldFaults();
        faults.AddUnless(asked.PaymentMethod is not null && Names().IsMethod(asked.PaymentMethod), "paymentMethod", "is required: a payment method");
        faults.AddUnless(asked.Country is null || (asked.Country.Length == 2 && asked.Country.All(char.IsAsciiLetterUpper)), "country", "must be two capitals");
        faults.AddUnless(asked.Processors?.All(name => name is not null && Names().IsConnector(name)) != false, "processors", "must name processors only");
        if ((amount.Refusal ?? faults.Refusal) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var facts = new RoutingFacts(
            asked.OrderId ?? "", asked.PaymentMethod!, amount.Value, asked.Country, asked.CardNetwork, asked.CustomerId,
            (asked.Metadata ?? new Dictionary<string, string?>()).ToDictionary(pair => pair.Key, pair => pair.Value ?? ""), clocks.Now(caller.Tenant));
        var usable = (await connectors.For(caller.Tenant)).All;
        var others = OfMode(caller.Tenant.Mode).Except(usable).Select(connector => (connector, (string?)RoutingReasons.NoAccount, false));
        return Answer.Ok(ExplainView.Of(await routing.Plan(
            caller.Tenant, facts, [.. usable.Select(connector => (connector, WhyNot(connector, facts, asked.Processors), false)), .. others])));
    }

    private static string? WhyNot(GuardedConnector connector, RoutingFacts facts, IReadOnlyList<string?>? processors) =>
        !connector.Capabilities.Takes(facts.Method, facts.Amount.Currency) ? RoutingReasons.NotTaken
        : facts.Country is { } country && !connector.Capabilities.TakesFrom(facts.Method, country) ? RoutingReasons.Country
        : processors?.Contains(connector.Name) == false ? RoutingReasons.NoToken
        : null;

    private async Task<Answer> Health(Caller caller)
    {
        var thresholds = (await store.Find(caller.Tenant)).Health;
        var mode = caller.Tenant.Mode;
        return Answer.Ok(new HealthView((int)ProcessorHealth.Window.TotalSeconds,
        [
            .. from connector in OfMode(mode)
               from method in connector.Capabilities.Methods.Order(StringComparer.Ordinal)
               select ViewOf(connector, method, health.Of(connector.Name, method, mode), thresholds),
        ]));
    }

    private static ProcessorHealthView ViewOf(GuardedConnector connector, string method, HealthFigures? figures, HealthThresholds thresholds)
    {
        // How much other merchants use a processor is not to be seen in the figures: few calls are none.
        var known = figures?.Calls >= thresholds.CallsMin ? figures : null;
        var state = !connector.IsAvailable ? HealthState.Unavailable
            : known is null ? HealthState.Unknown
            : RoutingDecisions.IsIll(known, thresholds) ? HealthState.Ill
            : HealthState.Healthy;
        return new(
            connector.Name, method, state, known is null ? null : Math.Round(known.SuccessPercent, 1),
            known is null ? null : Math.Round((decimal)known.Latency.TotalSeconds, 3));
    }

    private async Task<Answer> GetExperiment(Caller caller, string experimentId, CancellationToken cancel)
    {
        var rules = (await store.Read(caller.Tenant, version: null, cancel))!.Rules;
        return rules.Experiments.FirstOrDefault(one => one.Id == experimentId) is { } experiment
            ? Answer.Ok(ExperimentView.Of(experiment, await count(caller.Tenant, experimentId, cancel), clocks.Now(caller.Tenant)))
            : Answer.Of(new Refusal(Errors.ExperimentNotFound), caller.RequestId);
    }

    private IEnumerable<GuardedConnector> OfMode(Mode mode) => connectors.All.Where(connector => connector.Capabilities.Modes.Contains(mode));

    private KnownNames Names() => new(
        name => connectors.Find(name) is not null, method => connectors.All.Any(connector => connector.Capabilities.Methods.Contains(method)));
}
