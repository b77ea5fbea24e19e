using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Mandates;

/// <summary>A mandate as it is asked for.</summary>
/// <param name="AccountToken">Of the bank account.</param>
/// <param name="Vpa">The payer's UPI address.</param>
public sealed record MandateRequest(
    Tenant Tenant, string CustomerId, MandateType Type, string? AccountToken, string? Vpa, Money AmountMax, MandateFrequency Frequency,
    int? UsesMax, MandateCategory Category, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, TimeSpan Notice, Acceptance Acceptance,
    string? Description, string Metadata, string? Behaviour, Origin Origin);

/// <summary>Sets a mandate up: commits it, calls the processor, commits what it said.</summary>
public sealed class CreateMandate
{
    /// <summary>If no answer is recorded by then, the resolver asks the processor.</summary>
    internal static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(25);

    private readonly MandateStore store;
    private readonly MandateMoves moves;
    private readonly MandateProcessors processors;
    private readonly CustomerStore customers;
    private readonly MerchantClocks clocks;

    internal CreateMandate(
        MandateStore store, MandateMoves moves, MandateProcessors processors, CustomerStore customers, MerchantClocks clocks) =>
        (this.store, this.moves, this.processors, this.customers, this.clocks) = (store, moves, processors, customers, clocks);

    /// <summary>Runs it to its first result.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="call">The idempotent request it is part of.</param>
    /// <param name="answer">What this request is answered, stored with the outcome.</param>
    /// <param name="cancel">Before the processor is called.</param>
    /// <returns>
    /// The mandate, whatever came of it; a refusal when it could not begin (CUSTOMER_NOT_FOUND, PAYMENT_METHOD_NOT_AVAILABLE); null when
    /// another run of the same idempotent request has just begun it.
    /// </returns>
    public async Task<Outcome<Mandate>?> Run(MandateRequest request, IdempotentCall call, Func<Mandate, Answer> answer, CancellationToken cancel)
    {
        if (call.Resumes is { } interrupted)
        {
            return await store.Find(request.Tenant, interrupted, cancel) is { } found ? found : new Refusal(Errors.MandateNotFound);
        }

        if (await customers.Find(request.Tenant, request.CustomerId, cancel) is null)
        {
            return new Refusal(Errors.CustomerNotFound);
        }

        if (await processors.For(request.Type, request.Tenant) is not { } connector)
        {
            return new Refusal(Errors.PaymentMethodNotAvailable, $"No processor sets up mandates of the type {Words.Of(request.Type)} here.");
        }

        if (await moves.TryCommit(
            before: null, NewMandate(request, connector.Name), request.Origin, (change, next) => call.Reserve(change, next.Id), cancel) is not { } mandate)
        {
            return null;
        }

        return await moves.Tell(
            mandate.Tenant, mandate.Id, await processors.Create(mandate, request.AccountToken, request.Vpa), request.Origin,
            (change, next) => call.Finish(change, answer(next)), CancellationToken.None);
    }

    /// <summary>Ends a mandate: from this commit on nothing is debited by it. The processor is told, and told again until it knows.</summary>
    /// <returns>As <see cref="Run"/>; INVALID_STATE when it is over already.</returns>
    public async Task<Outcome<Mandate>?> Revoke(
        Tenant tenant, string mandateId, string reason, Origin origin, IdempotentCall call, Func<Mandate, Answer> answer, CancellationToken cancel)
    {
        if (call.Resumes is not null)
        {
            return await store.Find(tenant, mandateId, cancel) is { } found ? found : new Refusal(Errors.MandateNotFound);
        }

        var revoke = new MandateCommand.Revoke(reason, AskAfter);
        var revoked = call.HasKey
            ? await moves.TryGive(tenant, mandateId, revoke, origin, (change, next) => call.Finish(change, answer(next)), cancel)
            : await moves.Give(tenant, mandateId, revoke, origin, also: null, cancel);
        if (revoked is { IsRefused: false, Value: { } mandate })
        {
            var said = await processors.Revoke(mandate, CancellationToken.None);
            await moves.Tell(tenant, mandateId, said, origin, also: null, CancellationToken.None);
        }

        return revoked;
    }

    private Mandate NewMandate(MandateRequest request, string connector)
    {
        var when = clocks.Now(request.Tenant);
        return new()
        {
            Id = Id.New(Mandate.IdPrefix, clocks.Real),
            Tenant = request.Tenant,
            CustomerId = request.CustomerId,
            Type = request.Type,
            State = MandateState.Submitted,
            Connector = connector,
            AmountMax = request.AmountMax,
            Frequency = request.Frequency,
            UsesMax = request.UsesMax,
            Category = request.Category,
            StartsAt = request.StartsAt ?? when,
            EndsAt = request.EndsAt,
            Notice = request.Notice,
            Acceptance = request.Acceptance,
            Description = request.Description,
            Metadata = request.Metadata,
            Behaviour = request.Behaviour,
            CreatedAt = when,
            CalledAt = when,
            CheckAt = when + AskAfter,
            Version = 1,
        };
    }
}
