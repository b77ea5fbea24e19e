using System.Text.Json;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Routing;

namespace PaymentGateway.Payments;

/// <summary>Where an attempt goes, with the order that it stands in.</summary>
/// <param name="Position">In the plan, from 1.</param>
internal sealed record ChosenRoute(RoutingPlan Plan, int Position, GuardedConnector Connector)
{
    public RoutingTrace Trace => RoutingTrace.Of(Plan, Position);
}

/// <summary>Asks routing for a payment: what it may know of it, and which processors hold what is paid with.</summary>
internal sealed class PaymentRoutes(ProcessorRouting routing, ConnectorRegistry connectors, MerchantClocks clocks)
{
    /// <summary>The first processor of the order.</summary>
    /// <param name="asked">What is to be paid, with what.</param>
    /// <param name="candidates">Those that take the method in the currency, in the merchant's order.</param>
    /// <param name="cancel">Stops the question about the card.</param>
    /// <returns>A refusal with <c>details.reason</c> when nobody is left.</returns>
    public async Task<Outcome<ChosenRoute>> Choose(MethodQuestion asked, IReadOnlyList<GuardedConnector> candidates, CancellationToken cancel)
    {
        if (WhyNotNamed(asked.Instrument) is { } unknown)
        {
            return unknown;
        }

        var judged = candidates.Select(candidate => (Connector: candidate, LeftOut: WhyNot(asked, candidate, candidates))).ToList();
        var holders = judged.Where(one => one.LeftOut is null).Select(one => one.Connector).ToList();
        var isBound = holders.Count == 1 && HoldsSomething(asked);
        var plan = await routing.Plan(
            asked.Tenant, await FactsOf(asked, holders, cancel), judged.Select(one => (one.Connector, one.LeftOut, isBound && one.LeftOut is null)));
        return plan.Order is [var first, ..]
            ? new ChosenRoute(plan, 1, connectors.Find(first.Connector)!)
            : WhyNobody(asked, plan);
    }

    /// <summary>The next of the order that can be called at this moment; null: there is none.</summary>
    /// <param name="route">Of the attempt that failed.</param>
    /// <param name="fits">Whether a processor can take this payment over.</param>
    public ChosenRoute? After(ChosenRoute route, Func<ConnectorCapabilities, bool> fits)
    {
        for (var position = route.Position + 1; position <= route.Plan.Order.Count; position++)
        {
            if (connectors.Find(route.Plan.Order[position - 1].Connector) is { IsAvailable: true } next && fits(next.Capabilities))
            {
                return new(route.Plan, position, next);
            }
        }

        return null;
    }

    /// <summary>What a processor is told: of several tokens its own alone.</summary>
    public static Instrument ForConnector(Instrument instrument, string connector) =>
        instrument is Instrument.Cards cards ? new Instrument.Card(cards.Tokens[connector]) : instrument;

    private Refusal? WhyNotNamed(Instrument instrument) =>
        instrument is Instrument.Cards cards && cards.Tokens.Keys.FirstOrDefault(name => connectors.Find(name) is null) is { } unknown
            ? MethodGate.Because("no_token", Refusal.Field(
                cards.Tokens.Count == 1 ? "paymentDetails.processor" : "paymentDetails.cardTokens", $"names {unknown}, which is no processor here"))
            : null;

    private static string? WhyNot(MethodQuestion asked, GuardedConnector candidate, IReadOnlyList<GuardedConnector> candidates) =>
        asked.Saved is { } saved && saved.Connector != candidate.Name ? RoutingReasons.OtherProcessor
        : IsWalletOfOthers(asked.Instrument, candidate, candidates) ? RoutingReasons.OtherProcessor
        : !HasTokenOf(asked.Instrument, candidate) ? RoutingReasons.NoToken
        : asked.Country is { } country && !candidate.Capabilities.TakesFrom(asked.Method, country) ? RoutingReasons.Country
        : null;

    /// <summary>A wallet that a processor names goes there. One that nobody names is for the first of them to refuse.</summary>
    private static bool IsWalletOfOthers(Instrument instrument, GuardedConnector candidate, IReadOnlyList<GuardedConnector> candidates) =>
        instrument is Instrument.Wallet wallet && !HasWallet(candidate, wallet) && candidates.Any(other => HasWallet(other, wallet));

    private static bool HasWallet(GuardedConnector connector, Instrument.Wallet wallet) =>
        connector.Capabilities.Wallets?.ContainsKey(wallet.Name) == true;

    /// <summary>An empty token stands for whatever card a customer may have.</summary>
    private static bool HasTokenOf(Instrument instrument, GuardedConnector candidate) => instrument switch
    {
        Instrument.Card { Token.Length: > 0 } card => candidate.Capabilities.Made(card.Token),
        Instrument.Emi { Token.Length: > 0 } emi => candidate.Capabilities.Made(emi.Token),
        Instrument.Cards cards => cards.Tokens.ContainsKey(candidate.Name),
        _ => true,
    };

    private static bool HoldsSomething(MethodQuestion asked) => asked.Saved is not null || asked.Instrument is Instrument.Card or Instrument.Cards or Instrument.Emi;

    private Refusal WhyNobody(MethodQuestion asked, RoutingPlan plan)
    {
        var reasons = plan.LeftOut.Select(left => left.Reason).ToList();
        return reasons.Contains(RoutingReasons.BreakerOpen) ? MethodGate.Because("processor_unavailable", new Refusal(Errors.GatewayUnavailable))
            : reasons.Contains(RoutingReasons.Country) ? MethodGate.NotFrom(asked)
            : MethodGate.Because("no_token", new Refusal(Errors.InvalidToken, SentenceOfToken(asked.Instrument)));
    }

    private string SentenceOfToken(Instrument instrument)
    {
        var owners = instrument switch
        {
            Instrument.Cards cards => cards.Tokens.Keys.ToList(),
            _ => connectors.All.Where(connector => HasTokenOf(instrument, connector)).Select(connector => connector.Name).ToList(),
        };
        return owners.Count == 0
            ? "No processor is known to have made this card token; say which one did in paymentDetails.processor."
            : $"The card token belongs to {string.Join(", ", owners)}, which cannot take this payment.";
    }

    private async Task<RoutingFacts> FactsOf(MethodQuestion asked, IReadOnlyList<GuardedConnector> holders, CancellationToken cancel) => new(
        asked.RoutingKey ?? "", asked.Method, asked.Amount, asked.Country, asked.Saved?.Summary.Network ?? await NetworkOf(asked, holders, cancel),
        asked.CustomerId, TextsOf(asked.Metadata), clocks.Now(asked.Tenant));

    /// <summary>Asked for only where a rule needs it; a processor that does not tell leaves it open.</summary>
    private async Task<string?> NetworkOf(MethodQuestion asked, IReadOnlyList<GuardedConnector> holders, CancellationToken cancel)
    {
        if (holders.FirstOrDefault(holder => holder.IsAvailable) is not { } holder || !await routing.AsksCardNetwork(asked.Tenant))
        {
            return null;
        }

        return Instrument.CardTokenOf(ForConnector(asked.Instrument, holder.Name)) is { Length: > 0 } token
            ? await holder.FindCardNetwork(asked.Tenant, token, cancel)
            : null;
    }

    /// <summary>The texts, numbers and truths of the merchant's own object: rules compare with them as they are written.</summary>
    private static Dictionary<string, string> TextsOf(string? metadata)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (metadata is null or "{}")
        {
            return texts;
        }

        using var document = JsonDocument.Parse(metadata);
        foreach (var field in document.RootElement.EnumerateObject())
        {
            if (field.Value.ValueKind is JsonValueKind.String)
            {
                texts[field.Name] = field.Value.GetString()!;
            }
            else if (field.Value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            {
                texts[field.Name] = field.Value.GetRawText();
            }
        }

        return texts;
    }
}
