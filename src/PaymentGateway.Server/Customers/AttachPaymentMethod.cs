using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>A request to keep a way to pay.</summary>
internal sealed record AttachRequest(
    Tenant Tenant, string CustomerId, string Method, SaveSource Source, string Metadata, string? Behaviour, Origin Origin,
    string? Processor);

/// <param name="IsNew">False: the customer had this card or address already.</param>
internal sealed record AttachedMethod(PaymentMethod Method, bool IsNew);

/// <summary>Keeps a way to pay: commits it, calls the processor under its id, commits what the processor said.</summary>
internal sealed class AttachPaymentMethod(
    PaymentMethodStore methods, CustomerStore customers, PaymentMethodMoves moves, SavingProcessors processors, Committer committer,
    CustomerFacts facts, MerchantClocks clocks)
{
    /// <returns>
    /// The method, whatever came of it; a refusal when it could not begin (CUSTOMER_NOT_FOUND, TOO_MANY_PAYMENT_METHODS, NOT_SUPPORTED,
    /// INVALID_TOKEN, GATEWAY_UNAVAILABLE); null when another run of the same idempotent request has just begun it.
    /// </returns>
    public async Task<Outcome<AttachedMethod>?> Run(
        AttachRequest request, IdempotentCall call, Func<AttachedMethod, Answer> answer, CancellationToken cancel)
    {
        if (call.Resumes is { } interrupted)
        {
            return await methods.Find(request.Tenant, interrupted, cancel) is { } found
                ? new AttachedMethod(found, IsNew: true)
                : new Refusal(Errors.PaymentMethodNotFound);
        }

        var begun = await Begin(request, call, cancel);
        if (begun is not { IsRefused: false, Value: { IsNew: true, Method: var method } })
        {
            return begun;
        }

        var context = new MethodContext(request.Origin, (change, next) => call.Finish(change, answer(new(next, IsNew: true))));
        var told = await moves.Tell(
            method.Tenant, method.Id, await processors.Save(method, method.Behaviour), isFirstCall: true, context, CancellationToken.None);
        return told.IsRefused ? told.Refusal! : new AttachedMethod(told.Value, IsNew: true);
    }

    private async Task<Outcome<AttachedMethod>?> Begin(AttachRequest request, IdempotentCall call, CancellationToken cancel)
    {
        var connector = await processors.ChooseFor(request.Method, request.Source, request.Processor, request.Tenant);
        if (connector.IsRefused)
        {
            return connector.Refusal!;
        }

        var preview = await connector.Value.Preview(request.Tenant, request.Source, cancel);
        for (var round = 1; round <= PaymentMethodMoves.RoundsMax; round++)
        {
            if (await customers.Find(request.Tenant, request.CustomerId, cancel) is not { } customer)
            {
                return new Refusal(Errors.CustomerNotFound);
            }

            if (preview?.Fingerprint is { } fingerprint
                && await methods.FindAttached(request.Tenant, request.CustomerId, fingerprint, cancel) is { } existing)
            {
                return new AttachedMethod(existing, IsNew: false);
            }

            var now = clocks.Now(request.Tenant);
            var placed = CustomerDecisions.Decide(customer, new CustomerCommand.TakePlace(), now);
            if (placed.IsRefused)
            {
                return placed.Refusal!;
            }

            var method = New(request, connector.Value.Name, preview, now);
            var change = new Change().Of(request.Tenant).Write(CustomerRows.Update, placed.Value).Write(PaymentMethodRows.Insert, method);
            facts.Record(change, "payment_method.create", null, method, request.Origin);
            call.Reserve(change, method.Id);
            switch (await committer.Commit(change, cancel))
            {
                case CommitOutcome.Committed:
                    return new AttachedMethod(method, IsNew: true);
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }

            if (call.HasKey)
            {
                // The lost round may have been lost to another run of this very request: the caller looks at the key again.
                return null;
            }
        }

        throw new InvalidOperationException($"A method of {request.CustomerId} met a conflict {PaymentMethodMoves.RoundsMax} times in a row.");
    }

    private PaymentMethod New(AttachRequest request, string connector, MethodPreview? preview, DateTimeOffset now) => new()
    {
        Id = Id.New(PaymentMethod.IdPrefix, clocks.Real),
        Tenant = request.Tenant,
        CustomerId = request.CustomerId,
        State = PaymentMethodState.Saving,
        Summary = PaymentMethodDecisions.Shown(preview?.Summary ?? new(request.Method)),
        Fingerprint = preview?.Fingerprint,
        Connector = connector,
        Source = request.Source,
        HasPlace = true,
        Behaviour = request.Behaviour,
        Metadata = request.Metadata,
        CreatedAt = now,
        CheckAt = now + SavingProcessors.AskAfter,
        Version = 1,
    };
}
