using System.Collections.Frozen;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Balances;

/// <summary>
/// The customer's balance as a processor of our own: it holds, takes and gives back money that is kept here already. Every call is one
/// commit under the caller's key, so a repeat finds what the first one did.
/// </summary>
internal sealed class AccountConnector(BalanceStore store, BalanceMoves moves, MerchantClocks clocks) : IConnector
{
    public const string ConnectorName = "account";

    /// <summary>The method's name too.</summary>
    private const string Method = "account";

    /// <summary>Each lost round means that another change of the balance or the hold won it, so this many are never needed.</summary>
    private const int RoundsMax = 100;

    private static readonly MethodSummary summary = new(Method);

    public string Name => ConnectorName;

    public ConnectorCapabilities Capabilities { get; } = new(
        Methods: new[] { Method }.ToFrozenSet(StringComparer.Ordinal),
        Currencies: null,
        Modes: new[] { Mode.Test, Mode.Live }.ToFrozenSet(),
        // Its work is committed before it answers, so twice the call's timeout is plenty.
        NotFoundFinalAfter: TimeSpan.FromSeconds(60),
        Refunds: new RefundCapabilities(new Dictionary<string, int>(), DaysOtherwise: 0, CanCancel: false),
        Holds: new HoldFeatures(
            PartialCapture: true, SeveralCaptures: true, Increments: false,
            new Dictionary<string, TimeSpan> { [Method] = BalanceDecisions.HoldTime }));

    public async Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel)
    {
        if (call.Instrument is not Instrument.Account { CustomerId: { } customerId })
        {
            throw new ArgumentException("A balance is a customer's.", nameof(call));
        }

        await moves.EnsureOpen(call.Tenant, customerId, call.Amount.Currency, cancel);
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await store.FindHold(call.Tenant, call.Key, cancel) is { } known)
            {
                return OutcomeOf(known);
            }

            if ((await store.Find(call.Tenant, customerId, call.Amount.Currency, cancel)).Available < call.Amount)
            {
                return new ConnectorOutcome.Declined(
                    null, Errors.InsufficientBalance.Code, Errors.InsufficientBalance.Sentence, ProcessorCode: null, summary);
            }

            var step = BalanceDecisions.Authorize(NewHold(call, customerId), call.Capture);
            if (await moves.Commit(before: null, step, cancel))
            {
                return OutcomeOf(step.Next);
            }
        }

        throw new InvalidOperationException($"The attempt {call.Key} met a conflict {RoundsMax} times in a row.");
    }

    public async Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel)
    {
        var (hold, isDone) = await Give(call.Tenant, call.ChargeKey, new HoldCommand.Capture(call.Key, call.Amount, call.IsFinal), call.Key, cancel);
        return (hold, isDone) switch
        {
            (null, _) => new ConnectorOutcome.NotFound(),
            (_, true) => new ConnectorOutcome.Captured(hold.Id, summary, hold.Captured),
            ({ State: HoldState.Captured }, _) => OutcomeOf(hold),
            _ => new ConnectorOutcome.Declined(
                hold.Id, Errors.AuthorizationExpired.Code, Errors.AuthorizationExpired.Sentence, ProcessorCode: null, summary),
        };
    }

    /// <summary>Not declared: another payment does what an increment would.</summary>
    public Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel) =>
        throw new NotSupportedException("A balance takes no increments.");

    public async Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var (hold, _) = await Give(call.Tenant, call.ChargeKey, new HoldCommand.Void(), operationKey: null, cancel);
            if (hold is not null)
            {
                return OutcomeOf(hold);
            }

            if (await moves.CommitGivenUp(GivenUp(call), cancel))
            {
                return new ConnectorOutcome.Voided(null);
            }
        }

        throw new InvalidOperationException($"The void of {call.ChargeKey} met a conflict {RoundsMax} times in a row.");
    }

    public async Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel)
    {
        if (await store.FindHold(call.Tenant, call.ChargeKey, cancel) is not { } hold)
        {
            return new ConnectorOutcome.NotFound();
        }

        return call.OperationKey is not { } key ? OutcomeOf(hold)
            : await store.IsDone(call.Tenant, key, cancel) ? new ConnectorOutcome.Captured(hold.Id, summary, hold.Captured)
            : new ConnectorOutcome.NotFound();
    }

    public async Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel)
    {
        var (_, isDone) = await Give(call.Tenant, call.ChargeKey, new HoldCommand.Refund(call.Key, call.Amount), call.Key, cancel);
        return isDone
            ? new RefundOutcome.Succeeded(call.Key, TraceNumber: null)
            : new RefundOutcome.Failed(null, Errors.RefundDeclined.Code, "So much was not paid from the balance.", ProcessorCode: null);
    }

    /// <summary>Not declared: a refund is done at once.</summary>
    public Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel) => RefundStatus(call, cancel);

    public async Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel) =>
        await store.IsDone(call.Tenant, call.Key, cancel)
            ? new RefundOutcome.Succeeded(call.Key, TraceNumber: null)
            : new RefundOutcome.NotFound();

    /// <summary>Gives a command to a hold, once for each key.</summary>
    /// <returns>The hold as it is then, null when there is none; and whether the command was carried out, now or before.</returns>
    private async Task<(Hold? Hold, bool IsDone)> Give(
        Tenant tenant, string holdId, HoldCommand what, string? operationKey, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var hold = await store.FindHold(tenant, holdId, cancel);
            if (hold is null || (operationKey is not null && await store.IsDone(tenant, operationKey, cancel)))
            {
                return (hold, hold is not null);
            }

            var decided = BalanceDecisions.Decide(hold, what, clocks.Now(tenant));
            if (decided.IsRefused)
            {
                return (hold, false);
            }

            if (await moves.Commit(hold, decided.Value, cancel))
            {
                return (decided.Value.Next, true);
            }
        }

        throw new InvalidOperationException($"The {what.Name} of {holdId} met a conflict {RoundsMax} times in a row.");
    }

    private Hold NewHold(AuthorizeCall call, string customerId)
    {
        var now = clocks.Now(call.Tenant);
        return new()
        {
            Id = call.Key,
            Tenant = call.Tenant,
            CustomerId = customerId,
            PaymentId = call.PaymentId,
            Amount = call.Amount,
            Captured = Money.Zero(call.Amount.Currency),
            Refunded = Money.Zero(call.Amount.Currency),
            State = HoldState.Held,
            LedgerKey = call.Key,
            CreatedAt = now,
            ExpiresAt = now + BalanceDecisions.HoldTime,
            Version = 1,
        };
    }

    private Hold GivenUp(FollowUpCall call)
    {
        var (now, nothing) = (clocks.Now(call.Tenant), Money.Zero(call.Amount.Currency));
        return new()
        {
            Id = call.ChargeKey,
            Tenant = call.Tenant,
            Amount = nothing,
            Captured = nothing,
            Refunded = nothing,
            State = HoldState.Voided,
            LedgerKey = call.ChargeKey,
            CreatedAt = now,
            ExpiresAt = now,
            Version = 1,
        };
    }

    private static ConnectorOutcome OutcomeOf(Hold hold) => hold.State switch
    {
        HoldState.Held => new ConnectorOutcome.Authorized(hold.Id, summary, hold.ExpiresAt),
        HoldState.Captured => new ConnectorOutcome.Captured(hold.Id, summary, hold.Captured),
        _ => new ConnectorOutcome.Voided(hold.Id),
    };
}
