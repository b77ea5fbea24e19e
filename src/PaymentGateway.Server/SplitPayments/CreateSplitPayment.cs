using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;

namespace PaymentGateway.SplitPayments;

/// <summary>One part as it is asked for.</summary>
/// <param name="Amount">As it was sent.</param>
internal sealed record AskedPart(AmountText Amount, Instrument Instrument);

/// <summary>A request to pay an order in parts.</summary>
/// <param name="Behaviour">Sandbox only.</param>
internal sealed record SplitRequest(
    Tenant Tenant, string OrderId, IReadOnlyList<AskedPart> Parts, string? ReturnUrl, string? Behaviour, Origin Origin);

/// <summary>Pays an order in parts: commits the whole and its parts, then drives it as far as it goes.</summary>
internal sealed class CreateSplitPayment(
    SplitStore store, SplitMoves moves, SplitDriver driver, SplitParts parts, PaymentStore payments, MerchantStore merchants,
    Committer committer, MerchantClocks clocks)
{
    private const int RoundsMax = 100;

    /// <returns>
    /// The whole after its first drive, whatever came of it; a refusal when it could not begin; null when another run of the same
    /// idempotent request has just begun it.
    /// </returns>
    public async Task<Outcome<WholeSplit>?> Run(
        SplitRequest request, IdempotentCall call, Func<WholeSplit, Answer> answer, CancellationToken cancel)
    {
        if (call.Resumes is { } interrupted)
        {
            return (await store.FindWhole(request.Tenant, interrupted, cancel))!;
        }

        var begun = await Begin(request, call, cancel);
        if (begun is not { IsRefused: false })
        {
            return begun is { Refusal: { } refusal } ? (Outcome<WholeSplit>?)(Outcome<WholeSplit>)refusal : null;
        }

        // It has begun: the caller's going away does not stop it.
        var whole = await driver.Drive(request.Tenant, begun.Value.Value, request.Origin, CancellationToken.None);
        await moves.Keep(call, answer(whole));
        return whole;
    }

    private async Task<Outcome<string>?> Begin(SplitRequest request, IdempotentCall call, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var (order, payment) = await payments.FindOrder(request.Tenant, request.OrderId, cancel);
            if (order is null)
            {
                return new Refusal(Errors.OrderNotFound);
            }

            var id = Id.New("split", clocks.Real);
            var made = await Parts(request, id, order, payment, cancel);
            if (made.IsRefused)
            {
                return made.Refusal!;
            }

            var change = new Change();
            var refusal = moves.WriteNew(change, New(request, id, order), order, made.Value, request.Origin);
            if (refusal is not null)
            {
                return refusal;
            }

            call.Reserve(change, id);
            switch (await committer.Commit(change, cancel))
            {
                case CommitOutcome.Committed:
                    return id;
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }

            if (call.HasKey)
            {
                // The lost round may have been lost to another run of this very request: the caller looks at the key again.
                return null;
            }
        }

        throw new InvalidOperationException($"The split payment of {request.OrderId} met a conflict {RoundsMax} times in a row.");
    }

    private async Task<Outcome<Payment[]>> Parts(SplitRequest request, string id, Order order, Payment? payment, CancellationToken cancel)
    {
        // An order that cannot be paid is refused as such, whatever is wrong with the parts.
        var amounts = AmountsOf(request, order);
        if ((parts.WhyNotPayable(order, payment) ?? await WhyNotSplit(order, cancel) ?? amounts.Refusal
            ?? await WhyNotTaken(order, amounts.Value)) is { } refusal)
        {
            return refusal;
        }

        var made = new Payment[request.Parts.Count];
        for (var place = 0; place < made.Length; place++)
        {
            var part = await parts.New(
                order, id, place + 1, amounts.Value[place], request.Parts[place].Instrument, request.ReturnUrl, cancel);
            if (part.IsRefused)
            {
                return InPart(part.Refusal!, place);
            }

            made[place] = part.Value;
        }

        return made;
    }

    private async Task<Refusal?> WhyNotSplit(Order order, CancellationToken cancel) =>
        order.Capture == CaptureMethod.Manual
            ? new Refusal(Errors.NotSupported, "An order that is captured by hand cannot be paid in parts: those are captured together.")
            : await store.CountOf(order.Tenant, order.Id, cancel) >= SplitPayment.PerOrderMax ? new Refusal(Errors.RetryLimitExceeded) : null;

    private static Outcome<Money[]> AmountsOf(SplitRequest request, Order order)
    {
        var amounts = new Money[request.Parts.Count];
        for (var place = 0; place < amounts.Length; place++)
        {
            var amount = RequestedAmount.Read($"splits[{place}].amount", request.Parts[place].Amount, order.Amount.Currency);
            if (amount.IsRefused)
            {
                return amount.Refusal!;
            }

            amounts[place] = amount.Value;
        }

        // Wider than money: parts that overflow it are a mismatch like any other.
        var sum = amounts.Aggregate(Int128.Zero, (total, amount) => total + amount.Minor);
        return sum == order.Amount.Minor ? amounts : Mismatch(order.Amount, amounts);
    }

    private static Refusal Mismatch(Money whole, Money[] amounts)
    {
        var sum = amounts.Sum(amount => amount.ToMajor());
        return new(Errors.SplitMismatch, $"The parts add up to {sum} {whole.Currency}, and the order is of {whole}.",
            new Dictionary<string, object?> { ["sumOfParts"] = sum, ["orderAmount"] = whole.ToMajor() });
    }

    private async Task<Refusal?> WhyNotTaken(Order order, Money[] amounts)
    {
        var merchant = (await merchants.Find(order.Tenant))!;
        for (var place = 0; place < amounts.Length; place++)
        {
            if (MerchantLimits.Refuse(merchant, amounts[place]) is { } refusal)
            {
                return InPart(refusal, place);
            }
        }

        return null;
    }

    /// <summary>Says which part it is about.</summary>
    private static Refusal InPart(Refusal refusal, int place) => refusal with
    {
        Details = new Dictionary<string, object?>(refusal.Details ?? new Dictionary<string, object?>()) { ["part"] = place + 1 },
    };

    private SplitPayment New(SplitRequest request, string id, Order order)
    {
        var now = clocks.Now(order.Tenant);
        return new()
        {
            Id = id,
            Tenant = order.Tenant,
            OrderId = order.Id,
            Amount = order.Amount,
            State = SplitState.Authorizing,
            Behaviour = request.Behaviour,
            CreatedAt = now,
            DueAt = now,
            Version = 1,
        };
    }
}
