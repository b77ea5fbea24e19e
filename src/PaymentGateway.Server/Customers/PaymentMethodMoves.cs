using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>What a change of a method is part of.</summary>
/// <param name="Also">What is written with it, such as the idempotent answer.</param>
internal sealed record MethodContext(Origin Origin, Action<Change, PaymentMethod>? Also = null)
{
    public static readonly MethodContext Background = new(Origin.Worker);
}

/// <summary>The shell around the decisions: load, decide, commit with the customer, events and audit rows; again when another was first.</summary>
internal sealed class PaymentMethodMoves(
    PaymentMethodStore methods, CustomerStore customers, Committer committer, CustomerFacts facts, IEnumerable<ICustomerReferences> references,
    MerchantClocks clocks)
{
    /// <summary>Each lost round means that another change of the customer won it, so this many are never needed.</summary>
    internal const int RoundsMax = 100;

    /// <summary>Commits what a processor said about saving or forgetting.</summary>
    /// <param name="said">Its word.</param>
    /// <param name="isFirstCall">Nothing was sent before: then "not called" means that the processor has heard of nothing.</param>
    public Task<Outcome<PaymentMethod>> Tell(
        Tenant tenant, string id, SaveOutcome said, bool isFirstCall, MethodContext context, CancellationToken cancel) => Give(tenant, id,
        async (now, customer) => said switch
        {
            SaveOutcome.Saved saved => await WhatBecomesOf(now, saved, customer, cancel),
            SaveOutcome.Declined declined => new PaymentMethodCommand.Decline(declined.Code, declined.Sentence),
            SaveOutcome.NotCalled when isFirstCall && now.State == PaymentMethodState.Saving =>
                new PaymentMethodCommand.Decline(Errors.GatewayUnavailable.Code, Errors.GatewayUnavailable.Sentence),
            SaveOutcome.Forgotten => new PaymentMethodCommand.Forgotten(),
            _ => new PaymentMethodCommand.Unanswered(),
        }, context, cancel);

    /// <summary>Gives a command to a method that exists.</summary>
    public Task<Outcome<PaymentMethod>> Give(
        Tenant tenant, string id, PaymentMethodCommand what, MethodContext context, CancellationToken cancel) =>
        Give(tenant, id, (_, _) => Task.FromResult(what), context, cancel);

    private async Task<Outcome<PaymentMethod>> Give(
        Tenant tenant, string id, Func<PaymentMethod, Customer?, Task<PaymentMethodCommand>> command, MethodContext context,
        CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await methods.Find(tenant, id, cancel) is not { } now)
            {
                return new Refusal(Errors.PaymentMethodNotFound);
            }

            var customer = await customers.Find(tenant, now.CustomerId, cancel);
            var decided = PaymentMethodDecisions.Decide(now, await command(now, customer), clocks.Now(tenant));
            if (decided.IsRefused)
            {
                return decided.Refusal!;
            }

            if (await TryCommit(now, decided.Value, customer, context, cancel))
            {
                return decided.Value;
            }
        }

        throw new InvalidOperationException($"Payment method {id} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>The processor keeps it: whether the customer can have it.</summary>
    private async Task<PaymentMethodCommand> WhatBecomesOf(
        PaymentMethod now, SaveOutcome.Saved saved, Customer? customer, CancellationToken cancel)
    {
        var same = saved.Fingerprint is { } fingerprint ? await methods.FindAttached(now.Tenant, now.CustomerId, fingerprint, cancel) : null;
        var twin = same?.Id == now.Id ? null : same;
        if (twin is { State: PaymentMethodState.Saving })
        {
            // Whether the customer will have that one is not known; what names this one must not name a method that nobody can pay with.
            return new PaymentMethodCommand.Unanswered();
        }

        var hasRoom = now.HasPlace || customer?.MethodsCount < Customer.MethodsMax;
        return customer is null || !hasRoom || twin is not null
            ? new PaymentMethodCommand.GiveUp(saved.Reference, twin?.Id)
            : new PaymentMethodCommand.Saved(saved.Reference, saved.Summary, saved.Fingerprint);
    }

    /// <summary>One round: false when another change was first.</summary>
    private async Task<bool> TryCommit(PaymentMethod now, PaymentMethod next, Customer? customer, MethodContext context, CancellationToken cancel)
    {
        var change = new Change().Of(now.Tenant);
        if (!ReferenceEquals(now, next))
        {
            Write(change, now, next, context.Origin);
            if (customer is not null && Follow(customer, now, next) is { } followed && followed != customer)
            {
                change.Write(CustomerRows.Update, followed);
                if (followed.DefaultPaymentMethodId != customer.DefaultPaymentMethodId)
                {
                    facts.Write(change, "customer.updated", customer, followed, context.Origin);
                }
            }
        }

        context.Also?.Invoke(change, next);
        return change.IsEmpty || await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => true,

            // The same card was attached by another method meanwhile: decided again, it is given up for that one.
            CommitOutcome.Rejected { Constraint: "one_attached_method_per_fingerprint" } => false,
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => false,
        };
    }

    /// <summary>Writes a method's next state with its audit row, its event, and what follows for those that name it.</summary>
    internal void Write(Change change, PaymentMethod now, PaymentMethod next, Origin origin)
    {
        change.Write(PaymentMethodRows.Update, next);
        if (EventOf(now, next) is { } name)
        {
            facts.Write(change, name, now, next, origin);
        }
        else if (next.State != now.State || next.ForgottenAt != now.ForgottenAt)
        {
            facts.Record(change, next.ForgottenAt is null ? "payment_method.give_up" : "payment_method.forget", now, next, origin);
        }

        if (now.State == PaymentMethodState.Saving && next.State is PaymentMethodState.Detached or PaymentMethodState.Failed)
        {
            foreach (var area in references)
            {
                area.Replace(change, next.Tenant, next.Id, next.ReplacedBy);
            }
        }
    }

    private static string? EventOf(PaymentMethod now, PaymentMethod next) => (now.State, next.State) switch
    {
        (PaymentMethodState.Saving, PaymentMethodState.Active) => "payment_method.attached",
        (PaymentMethodState.Saving, PaymentMethodState.Failed) => "payment_method.failed",
        (PaymentMethodState.Active, PaymentMethodState.Detached) => "payment_method.detached",
        (PaymentMethodState.Active, PaymentMethodState.Active) => "payment_method.expiring",
        _ => null,
    };

    /// <summary>The customer's places and default, as a move of one of their methods leaves them.</summary>
    private static Customer Follow(Customer customer, PaymentMethod now, PaymentMethod next)
    {
        var followed = customer;
        if (!now.HasPlace && next.HasPlace)
        {
            followed = followed with { MethodsCount = followed.MethodsCount + 1 };
        }

        return next.State switch
        {
            _ when next.State == now.State => followed,
            PaymentMethodState.Active => CustomerDecisions.Decide(followed, new CustomerCommand.Attached(next.Id), default).Value,
            PaymentMethodState.Detached or PaymentMethodState.Failed =>
                CustomerDecisions.Decide(followed, new CustomerCommand.Lost(next.Id, now.HasPlace), default).Value,
            _ => followed,
        };
    }
}
