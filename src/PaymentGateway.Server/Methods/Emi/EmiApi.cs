using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Methods.Emi;

/// <param name="IsDefault">These are the built-in cards: the merchant has set none.</param>
internal sealed record EmiRateCardsView(IReadOnlyList<EmiRateCard> Cards, bool IsDefault, DateTimeOffset? UpdatedAt)
{
    public static EmiRateCardsView Of(EmiRateCardsRow stored) =>
        new(stored.Cards.Cards!, stored.Version == 0, stored.Version == 0 ? null : stored.UpdatedAt);
}

/// <summary>Plans of card EMI, and the rate cards that they come from.</summary>
internal sealed class EmiApi(
    EmiRateCardStore store, EmiPlans plans, MerchantStore merchants, Idempotency idempotency, MerchantClocks clocks)
{
    private const string Method = "emi";

    public static void Map(IEndpointRouteBuilder routes, EmiApi api)
    {
        var emi = routes.MapGroup("/api/payments/emi").WithTags("EMI");
        emi.MapGet("plans", api.Plans).WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable))
            .WithName("listEmiPlans").WithSummary("Calculate the EMI plans of an amount")
            .WithDescription("A list, the shortest tenure first; empty when the amount is too small or no bank offers instalments in its currency.")
            .Produces<IReadOnlyList<EmiPlanView>>()
            .Query("amount", "In major units, such as 30000.")
            .Query("currency", "ISO 4217, such as INR.")
            .Query("bank", "A bank's code; its own rate card is used when it has one.")
            .Query("cardToken", "The customer's card: its bank's rate card is used. Cards that cannot be paid off monthly are refused.")
            .Query("schedule", "true: with every instalment.")
            .Example(EmiExamples.Plans)
            .Errors(Errors.ValidationFailed, Errors.UnknownField, Errors.InvalidAmount, Errors.UnsupportedCurrency, Errors.AmountAboveMaximum,
                Errors.EmiNotAvailable, Errors.PaymentMethodNotAvailable);
        emi.MapGet("rate-cards", api.Get).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("getEmiRateCards").WithSummary("Get the EMI rate cards")
            .WithDescription("Yours, or the built-in ones until you set your own.").Produces<EmiRateCardsView>()
            .Example(EmiExamples.DefaultCards)
            .Errors();
        emi.MapPut("rate-cards", api.Put).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("setEmiRateCards").WithSummary("Set the EMI rate cards")
            .WithDescription("Replaces all of them. A card without bank is for every bank that has none of its own. What was agreed before stays as it was.")
            .Produces<EmiRateCardsView>()
            .Example(EmiExamples.SetCards, EmiExamples.OwnCards)
            .Errors();
    }

    private async Task<Answer> Plans(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = PlanQuery.Read(request);
        if (query.IsRefused)
        {
            return Answer.Of(query.Refusal!, caller.RequestId);
        }

        var (amount, bank, cardToken, withSchedule) = query.Value;
        var merchant = (await merchants.Find(caller.Tenant))!;
        if (!merchant.PaymentMethods.Contains(Method))
        {
            return Answer.Of(new Refusal(Errors.PaymentMethodNotAvailable, "EMI is not among the merchant's payment methods.",
                new Dictionary<string, object?> { ["allowed"] = merchant.PaymentMethods }), caller.RequestId);
        }

        var found = await plans.For(caller.Tenant, amount, bank, cardToken, withSchedule, cancel);
        return found.IsRefused ? Answer.Of(found.Refusal!, caller.RequestId) : Answer.Ok(found.Value);
    }

    private async Task<Answer> Get(Caller caller, CancellationToken cancel) =>
        Answer.Ok(EmiRateCardsView.Of(await store.Read(caller.Tenant, cancel)));

    private Task<Answer> Put(Caller caller, HttpRequest request, Body<EmiRateCards> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            if (EmiRateCardDecisions.Read(body.Value).Refusal is { } refusal)
            {
                return new Decided(null, Answer.Of(refusal, caller.RequestId));
            }

            var now = await store.Read(caller.Tenant, cancel);
            var next = now with { Cards = body.Value, Version = now.Version + 1, UpdatedAt = clocks.Now(caller.Tenant) };
            var change = new Change().Write(EmiRateCardsRow.Write, next);
            MethodTrail.Record(change, caller.Origin, clocks.Real, now, next);
            return new Decided(change, Answer.Ok(EmiRateCardsView.Of(next)));
        }, cancel);

    /// <summary>The query of the plans.</summary>
    private sealed record PlanQuery(Money Amount, string? Bank, string? CardToken, bool WithSchedule)
    {
        private static readonly string[] known = ["amount", "currency", "bank", "cardToken", "schedule"];

        public static Outcome<PlanQuery> Read(HttpRequest request)
        {
            var query = request.Query;
            if (query.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            {
                return Refusal.Field(Errors.UnknownField, unknown, $"is not known here; known: {string.Join(", ", known)}");
            }

            if (query.FirstOrDefault(field => field.Value is not [{ Length: > 0 and <= 255 }]).Key is { } faulty)
            {
                return Refusal.Field(faulty, "must be given once, with 1 to 255 characters");
            }

            var amount = RequestedAmount.Read(
                query["amount"].FirstOrDefault() is { } text ? new AmountText(text) : null, query["currency"].FirstOrDefault());
            return amount.IsRefused ? amount.Refusal!
                : query["schedule"].FirstOrDefault() is not (null or "true" or "false") ? Refusal.Field("schedule", "must be true or false")
                : new PlanQuery(amount.Value, query["bank"].FirstOrDefault(), query["cardToken"].FirstOrDefault(), query["schedule"] == "true");
        }
    }
}
