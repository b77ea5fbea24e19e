using PaymentGateway.Clocks;
using PaymentGateway.Commit;
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

        var asked = await Prepare(request, cancel);
        if (asked.IsRefused)
        {
            return asked.Refusal!;
        }

        if (await moves.TryCommit(
            before: null, asked.Value, request.Origin, (change, next) => call.Reserve(change, next.Id), cancel) is not { } mandate)
        {
            return null;
        }

        return await Call(mandate, request, (change, next) => call.Finish(change, answer(next)));
    }

    /// <summary>Reads what a request asks for, for an area above that asks on behalf of a customer.</summary>
    /// <returns>A refusal names each faulty field.</returns>
    public static Outcome<MandateRequest> Read(CreateMandateBody body, Tenant tenant, DateTimeOffset when, string? behaviour, Origin origin) =>
        MandateFields.Read(body, tenant, when, behaviour, origin);

    /// <summary>A mandate as it would be asked for; nothing is written yet.</summary>
    /// <returns>Refusals: CUSTOMER_NOT_FOUND, PAYMENT_METHOD_NOT_AVAILABLE.</returns>
    public async Task<Outcome<Mandate>> Prepare(MandateRequest request, CancellationToken cancel)
    {
        if (await customers.Find(request.Tenant, request.CustomerId, cancel) is null)
        {
            return new Refusal(Errors.CustomerNotFound);
        }

        return await processors.For(request.Type, request.Tenant) is { } connector
            ? NewMandate(request, connector.Name)
            : new Refusal(Errors.PaymentMethodNotAvailable, $"No processor sets up mandates of the type {Words.Of(request.Type)} here.");
    }

    /// <summary>Writes a prepared mandate into the change of an area above; <see cref="Call(Mandate, MandateRequest)"/> follows the commit.</summary>
    public void Begin(Change change, Mandate mandate, Origin origin) => moves.Write(change, before: null, mandate, origin);

    /// <summary>Asks the processor for a mandate that is committed, and commits what it said. Without an answer the resolver asks.</summary>
    public Task<Outcome<Mandate>> Call(Mandate mandate, MandateRequest request) => Call(mandate, request, also: null);

    private async Task<Outcome<Mandate>> Call(Mandate mandate, MandateRequest request, Action<Change, Mandate>? also) => await moves.Tell(
        mandate.Tenant, mandate.Id, await processors.Create(mandate, request.AccountToken, request.Vpa), request.Origin, also,
        CancellationToken.None);

    /// <summary>Ends a mandate: from this commit on nothing is debited by it. The processor is told, and told again until it knows.</summary>
    /// <returns>As <see cref="Run"/>; INVALID_STATE when it is over already.</returns>
    public async Task<Outcome<Mandate>?> Revoke(
        Tenant tenant, string mandateId, string reason, Origin origin, IdempotentCall call, Func<Mandate, Answer> answer, CancellationToken cancel)
    {
        if (call.Resumes is not null)
        {
            return await store.Find(tenant, mandateId, cancel) is { } found ? found : new Refusal(Errors.MandateNotFound);
        }

        if (!call.HasKey)
        {
            return await Revoke(tenant, mandateId, reason, origin, cancel);
        }

        var revoked = await moves.TryGive(
            tenant, mandateId, new MandateCommand.Revoke(reason, AskAfter), origin, (change, next) => call.Finish(change, answer(next)), cancel);
        if (revoked is { IsRefused: false, Value: { } mandate })
        {
            await TellRevoked(mandate, origin);
        }

        return revoked;
    }

    /// <summary>As the other, for an area above that ends a mandate by itself.</summary>
    public async Task<Outcome<Mandate>> Revoke(Tenant tenant, string mandateId, string reason, Origin origin, CancellationToken cancel)
    {
        var revoked = await moves.Give(tenant, mandateId, new MandateCommand.Revoke(reason, AskAfter), origin, also: null, cancel);
        if (!revoked.IsRefused)
        {
            await TellRevoked(revoked.Value, origin);
        }

        return revoked;
    }

    private async Task TellRevoked(Mandate mandate, Origin origin) => await moves.Tell(
        mandate.Tenant, mandate.Id, await processors.Revoke(mandate, CancellationToken.None), origin, also: null, CancellationToken.None);

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
