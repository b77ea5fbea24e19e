using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Mandates;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;

namespace PaymentGateway.SetupIntents;

/// <summary>An attempt to set a way to pay up.</summary>
/// <param name="Choice">Null: what the set-up already holds.</param>
/// <param name="ReturnUrl">Where the customer's browser goes after a redirect; the set-up's own address when null.</param>
public sealed record SetupAttempt(
    Tenant Tenant, string SetupIntentId, SetupChoice? Choice, string? ReturnUrl, string? Behaviour, ThreeDSecureWish? ThreeDSecure, Origin Origin);

/// <summary>Sets a way to pay up: commits the attempt, calls the processor, commits what it said, saves what is ready.</summary>
internal sealed class ConfirmSetup(
    SetupIntentStore store, SetupIntentMoves moves, SettleSetup settle, SetupProcessors processors, CustomerStore customers,
    PaymentMethodStore methods, CreateMandate mandates, MerchantStore merchants, PublicAddress address, ThreeDSecureSessions sessions,
    MerchantClocks clocks)
{
    /// <summary>If no answer is recorded by then, the resolver asks the processor.</summary>
    internal static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(25);

    /// <summary>
    /// Runs the attempt to its first result. The call to the processor is not stopped when the caller goes away: it has begun.
    /// </summary>
    /// <param name="attempt">What is attempted.</param>
    /// <param name="call">The idempotent request it is part of.</param>
    /// <param name="answer">What this request is answered, stored with the outcome.</param>
    /// <param name="cancel">Before the processor is called.</param>
    /// <returns>
    /// The set-up after the attempt, whatever came of it; a refusal when it could not begin; null when another run of the same idempotent
    /// request has just begun it.
    /// </returns>
    public async Task<Outcome<SetupIntent>?> Run(
        SetupAttempt attempt, IdempotentCall call, Func<SetupIntent, Answer> answer, CancellationToken cancel)
    {
        if (call.Resumes is { } interrupted)
        {
            return await store.Find(attempt.Tenant, interrupted, cancel) is { } found ? found : new Refusal(Errors.SetupIntentNotFound);
        }

        var begun = await Begin(attempt, call, cancel);
        return begun switch
        {
            { IsRefused: false, Value: { } value } => await CallProcessor(attempt, value, (change, next) => call.Finish(change, answer(next))),
            { Refusal: { } refusal } => (Outcome<SetupIntent>)refusal,
            _ => (Outcome<SetupIntent>?)null,
        };
    }

    /// <summary>Ends a set-up. The processor is told, and told again until it knows.</summary>
    /// <returns>As <see cref="Run"/>; INVALID_STATE when it is over or under way.</returns>
    public async Task<Outcome<SetupIntent>?> Cancel(
        Tenant tenant, string setupIntentId, string reason, Origin origin, IdempotentCall call, Func<SetupIntent, Answer> answer,
        CancellationToken cancel)
    {
        if (call.Resumes is not null)
        {
            return await store.Find(tenant, setupIntentId, cancel) is { } found ? found : new Refusal(Errors.SetupIntentNotFound);
        }

        var command = new SetupCommand.Cancel(reason, AskAfter);
        var canceled = call.HasKey
            ? await moves.TryGive(tenant, setupIntentId, command, origin, (change, next) => call.Finish(change, answer(next)), cancel)
            : await moves.Give(tenant, setupIntentId, command, origin, also: null, cancel);
        if (canceled is { IsRefused: false, Value: { CheckAt: not null } setup })
        {
            await settle.Release(setup, origin, CancellationToken.None);
        }

        return canceled;
    }

    private async Task<Outcome<Begun>?> Begin(SetupAttempt attempt, IdempotentCall call, CancellationToken cancel)
    {
        for (var round = 1; round <= SetupIntentMoves.RoundsMax; round++)
        {
            if (await store.Find(attempt.Tenant, attempt.SetupIntentId, cancel) is not { } now)
            {
                return new Refusal(Errors.SetupIntentNotFound);
            }

            var agreed = await Agree(attempt, now, cancel);
            if (agreed.IsRefused)
            {
                return agreed.Refusal!;
            }

            var plan = agreed.Value;
            var decided = SetupIntentDecisions.Decide(now, plan.Confirm, clocks.Now(now.Tenant));
            if (decided.IsRefused)
            {
                return decided.Refusal!;
            }

            var begun = await moves.TryCommit(now, decided.Value, attempt.Origin, (change, next) =>
            {
                call.Reserve(change, next.Id);
                if (plan.Mandate is { } mandate)
                {
                    mandates.Begin(change, mandate, attempt.Origin);
                }
            }, cancel);
            if (begun is not null)
            {
                return new Begun(begun, plan);
            }

            if (call.HasKey)
            {
                // The lost round may have been lost to another run of this very request: the caller looks at the key again.
                return null;
            }
        }

        throw new InvalidOperationException($"The attempt on {attempt.SetupIntentId} met a conflict {SetupIntentMoves.RoundsMax} times in a row.");
    }

    private async Task<Outcome<Plan>> Agree(SetupAttempt attempt, SetupIntent now, CancellationToken cancel)
    {
        // A set-up that cannot be confirmed is refused as such, whatever is wrong with the method.
        var probe = new SetupCommand.Confirm("", "", null, null, null, TimeSpan.Zero);
        if (SetupIntentDecisions.Decide(now, probe, clocks.Now(now.Tenant)).Refusal is { } refusal)
        {
            return refusal;
        }

        if ((attempt.Choice ?? now.Choice) is not { } choice)
        {
            return Refusal.Field("paymentMethod", "is required: the setup intent has none yet");
        }

        if (await customers.Find(now.Tenant, now.CustomerId, cancel) is not { } customer)
        {
            return new Refusal(Errors.CustomerNotFound);
        }

        return choice.Mandate is { } terms
            ? await AgreeMandate(
                attempt, choice, terms with { CustomerId = now.CustomerId, Description = terms.Description ?? now.Description }, cancel)
            : await AgreeMethod(attempt, now, customer, choice, cancel);
    }

    private async Task<Outcome<Plan>> AgreeMandate(SetupAttempt attempt, SetupChoice choice, CreateMandateBody terms, CancellationToken cancel)
    {
        var request = SetupFields.ReadTerms(terms, attempt.Tenant, clocks.Now(attempt.Tenant), attempt.Behaviour, attempt.Origin);
        if (request.IsRefused)
        {
            return request.Refusal!;
        }

        var mandate = await mandates.Prepare(request.Value, cancel);
        return mandate.IsRefused ? mandate.Refusal! : new Plan(
            new(choice.Method, mandate.Value.Connector, mandate.Value.Id, attempt.ReturnUrl, attempt.Behaviour, AskAfter),
            Instrument: null, mandate.Value, request.Value);
    }

    private async Task<Outcome<Plan>> AgreeMethod(
        SetupAttempt attempt, SetupIntent now, Customer customer, SetupChoice choice, CancellationToken cancel)
    {
        var connector = await processors.ChooseFor(choice, now.Tenant);
        if (connector.IsRefused)
        {
            return connector.Refusal!;
        }

        if (customer.MethodsCount >= Customer.MethodsMax && !await HasAlready(now, connector.Value, choice, cancel))
        {
            return new Refusal(Errors.TooManyPaymentMethods, Details: new Dictionary<string, object?> { ["maximum"] = Customer.MethodsMax });
        }

        if (now.RejectedCards.Count > 0 && choice.CardToken is { } token
            && await connector.Value.FindCardFingerprint(now.Tenant, token, cancel) is { } card && now.RejectedCards.Contains(card))
        {
            return new Refusal(Errors.CardAuthenticationRejected);
        }

        return new Plan(
            new(choice.Method, connector.Value.Name, MandateId: null, attempt.ReturnUrl, attempt.Behaviour, AskAfter),
            choice.CardToken is { } cardToken ? new Instrument.Card(cardToken) : new Instrument.Upi("collect", choice.Vpa), null, null);
    }

    /// <summary>The card or address takes no further place: the customer has it.</summary>
    private async Task<bool> HasAlready(SetupIntent now, GuardedConnector connector, SetupChoice choice, CancellationToken cancel)
    {
        SaveSource source = choice.CardToken is { } token ? new SaveSource.OfCard(token) : new SaveSource.OfUpi(choice.Vpa!);
        return (await connector.Preview(now.Tenant, source, cancel))?.Fingerprint is { } fingerprint
            && await methods.FindAttached(now.Tenant, now.CustomerId, fingerprint, cancel) is not null;
    }

    private async Task<Outcome<SetupIntent>> CallProcessor(
        SetupAttempt attempt, Begun begun, Action<Change, SetupIntent> answer)
    {
        var (setup, plan) = begun;
        if (plan.Mandate is { } mandate)
        {
            await mandates.Call(mandate, plan.Request!);
            return await settle.Run(setup, attempt.Origin, answer, CancellationToken.None);
        }

        var merchant = await merchants.Find(setup.Tenant);
        var said = await processors.Setup(setup.Connector!, new SetupCall(
            setup.Tenant, setup.AttemptKey, plan.Instrument!, setup.Usage, merchant?.Name, setup.Description,
            attempt.ReturnUrl ?? setup.ReturnUrl ?? address.Link("/checkout/done"),
            plan.Instrument is Instrument.Card ? AuthenticationOf(attempt, setup, merchant) : null, attempt.Behaviour));

        // What is only ready to be saved is not answered yet: that follows at once.
        var told = await moves.Tell(setup, said, attempt.Origin, (change, next) =>
        {
            if (!next.IsSaving)
            {
                answer(change, next);
            }
        }, CancellationToken.None);
        return told is { IsRefused: false, Value: { IsSaving: true } ready }
            ? await settle.Run(ready, attempt.Origin, answer, CancellationToken.None)
            : told;
    }

    /// <summary>The wish of this attempt, the merchant's rule, and our own address and signed note for the way back.</summary>
    private ThreeDSecureCall AuthenticationOf(SetupAttempt attempt, SetupIntent setup, Merchant? merchant)
    {
        var wish = attempt.ThreeDSecure ?? ThreeDSecureWish.None;
        return new(
            wish.Request, Exemption: null, merchant?.StopsWhenUnauthenticated == true, address.Link(SetupReturnApi.ReturnPath),
            sessions.Write(setup.Tenant, setup.Id, setup.AttemptKey), wish.Browser, wish.ServerTransId, wish.MethodCompletion);
    }

    /// <summary>What an attempt begins with, and what it needs for its call: an instrument, or a mandate with its request.</summary>
    private sealed record Plan(SetupCommand.Confirm Confirm, Instrument? Instrument, Mandate? Mandate, MandateRequest? Request);

    /// <summary>A committed attempt, and what its call needs: the row does not keep that.</summary>
    private sealed record Begun(SetupIntent Setup, Plan Plan);
}
