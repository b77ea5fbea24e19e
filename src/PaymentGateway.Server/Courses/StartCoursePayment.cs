using System.Buffers.Text;
using System.Security.Cryptography;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Receipts;

namespace PaymentGateway.Courses;

/// <summary>A student wants to pay a course.</summary>
/// <param name="DiscountCode">As typed.</param>
/// <param name="Behaviour">Sandbox only: how the processor shall misbehave.</param>
/// <param name="Retries">The failed attempt that this is another of: it has the price of that one.</param>
internal sealed record StartRequest(
    Tenant Tenant, string StudentId, string CourseId, string? DiscountCode, string? Behaviour, Origin Origin, CourseTransaction? Retries = null)
{
    /// <summary>Whom the receipt names; null: the student.</summary>
    public Billing? Billing { get; init; }
}

/// <summary>
/// Begins a course payment: the order, the payment and the use of its code in one commit; then the gateway is asked for its page. Whoever
/// begins twice gets the session that is open.
/// </summary>
internal sealed class StartCoursePayment(
    CourseStore courses, CourseSettingsStore settingsOf, DiscountStore codes, EnrollmentStore enrollments, TransactionStore store,
    TransactionMoves moves, CourseGateway gateways, BillingVault billings, ReceiptBook receipts, InboundPayments inbound, PaymentStore payments,
    ConfirmPayment confirm, SessionExpiry expiry, Committer committer, MerchantClocks clocks)
{
    private const int RoundsMax = 100;
    private const int SessionBytes = 24;

    private static readonly Answer noAnswer = new(StatusCodes.Status204NoContent, []);

    /// <returns>The payment with the gateway's page, or without it while another call is still asking for it.</returns>
    public async Task<Outcome<CourseTransaction>> Run(StartRequest request, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await store.FindOpen(request.Tenant, request.CourseId, request.StudentId, cancel) is { } open)
            {
                if (open.ExpiresAt <= clocks.Now(request.Tenant))
                {
                    await expiry.Expire(open, request.Origin, cancel);
                    continue;
                }

                return await Resume(open, request, cancel);
            }

            var made = await Make(request, cancel);
            if (made.IsRefused)
            {
                return made.Refusal!;
            }

            var (transaction, use, order, gateway) = made.Value;
            var change = new Change().Of(request.Tenant).Beginning();
            moves.WriteNew(change, transaction, use, request.Origin);
            inbound.WriteNew(change, order, request.Origin);
            switch (await committer.Commit(change, cancel))
            {
                case CommitOutcome.Committed:
                    return await AskForPage(transaction, gateway, request, isFirst: true, cancel);
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }
        }

        throw new InvalidOperationException($"The start of a payment for {request.CourseId} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>What a student would pay for a course now; nothing is written.</summary>
    /// <param name="tenant">Whose course it is.</param>
    /// <param name="studentId">Whose uses of the code count; anybody's where there is no code.</param>
    /// <param name="course">What is bought.</param>
    /// <param name="discountCode">As typed.</param>
    /// <param name="cancel">The look-ups.</param>
    /// <returns>INVALID_DISCOUNT_CODE with the reason, or a limit of the total.</returns>
    public async Task<Outcome<CoursePrice>> Quote(
        Tenant tenant, string studentId, Course course, string? discountCode, CancellationToken cancel)
    {
        var now = clocks.Now(tenant);
        var discount = await FindDiscount(tenant, studentId, course.Id, discountCode, now, cancel);
        return discount.IsRefused
            ? discount.Refusal!
            : CoursePrice.Of(course.Price, course.TaxAt(now), discount.Value.Code, (await settingsOf.Read(tenant, cancel)).Limits);
    }

    /// <summary>Whether the receipt of such a total must name its buyer.</summary>
    public async Task<bool> NeedsBilling(Tenant tenant, Money total, CancellationToken cancel) =>
        total >= BillingFields.NeededFrom && await receipts.IssuesReceipts(tenant, cancel);

    /// <summary>Tries a failed payment once more, as another one that is linked to it.</summary>
    /// <param name="any">One of the attempts that belong together.</param>
    /// <param name="behaviour">Sandbox only.</param>
    /// <param name="origin">Who.</param>
    /// <param name="cancel">Before the gateway is called.</param>
    /// <returns>As <see cref="Run"/>; PAYMENT_ALREADY_SUCCESSFUL or RETRY_LIMIT_EXCEEDED when there is nothing to try, or not any more.</returns>
    public async Task<Outcome<CourseTransaction>> Retry(CourseTransaction any, string? behaviour, Origin origin, CancellationToken cancel)
    {
        var latest = (await store.FindLatest(any, cancel))!;
        var request = new StartRequest(latest.Tenant, latest.StudentId, latest.CourseId, latest.DiscountCode, behaviour, origin, latest)
        {
            Billing = billings.Open(latest),
        };
        return latest.State != TransactionState.Pending && TransactionDecisions.WhyNoRetry(latest, clocks.Now(latest.Tenant)) is { } refusal
            ? refusal
            : await Run(request, cancel);
    }

    /// <summary>The session that is open. One whose start was interrupted before the gateway was asked goes on from there.</summary>
    private async Task<Outcome<CourseTransaction>> Resume(CourseTransaction open, StartRequest request, CancellationToken cancel)
    {
        var asked = request.DiscountCode is null ? null : DiscountCode.Normal(request.DiscountCode);
        var isSameBuyer = request.Billing is null || billings.Open(open)?.IsSame(request.Billing) == true;
        if (asked != open.DiscountCode || !isSameBuyer)
        {
            return new Refusal(
                Errors.InvalidState,
                $"A payment for this course is open with another {(isSameBuyer ? "discount" : "billing address")}; "
                    + "finish it, or wait until its session is over.",
                new Dictionary<string, object?>
                {
                    ["state"] = Words.Of(open.State),
                    ["allowed"] = Array.Empty<string>(),
                    ["transactionId"] = open.Id,
                    ["expiresAt"] = open.ExpiresAt,
                });
        }

        var (_, payment) = await payments.FindOrder(open.Tenant, open.OrderId, cancel);
        var settings = await settingsOf.Read(open.Tenant, cancel);
        return payment is null && await gateways.Find(open.Tenant, settings.MethodsWanted) is { IsAvailable: true } gateway
            ? await AskForPage(open, gateway, request, isFirst: false, cancel)
            : open;
    }

    private async Task<Outcome<(CourseTransaction Transaction, DiscountUse? Use, Order Order, UsableGateway Gateway)>> Make(
        StartRequest request, CancellationToken cancel)
    {
        var tenant = request.Tenant;
        if (await courses.Find(tenant, request.CourseId, cancel) is not { IsActive: true } course)
        {
            return new Refusal(Errors.InvalidCourseId);
        }

        if (await enrollments.FindActive(tenant, course.Id, request.StudentId, cancel) is not null)
        {
            return new Refusal(Errors.EnrollmentExists);
        }

        var now = clocks.Now(tenant);
        var discount = await FindDiscount(tenant, request.StudentId, course.Id, request.DiscountCode, now, cancel);
        if (discount.IsRefused)
        {
            return discount.Refusal!;
        }

        var (settings, tax) = (await settingsOf.Read(tenant, cancel), course.TaxAt(now));
        var price = request.Retries?.Price ?? CoursePrice.Of(course.Price, tax, discount.Value.Code, settings.Limits);
        if (price.Refusal is null && request.Billing is null && await NeedsBilling(tenant, price.Value.Total, cancel))
        {
            return BillingFields.Needed();
        }

        var gateway = await gateways.Find(tenant, settings.MethodsWanted);
        return (price.Refusal ?? (gateway is { IsAvailable: true } ? null : CourseGateway.Closed())) is { } refusal
            ? refusal
            : New(request, course, price.Value, request.Retries is { } failed ? failed.Sac : tax.Sac, discount.Value, settings, now, gateway!);
    }

    private (CourseTransaction, DiscountUse?, Order, UsableGateway) New(
        StartRequest request, Course course, CoursePrice price, string? sac, (DiscountCode? Code, int Place) discount, CourseSettings settings,
        DateTimeOffset now, UsableGateway gateway)
    {
        var id = CourseTransaction.NewId(clocks.Real);
        var expiresAt = now + settings.SessionLifetime;
        var purpose = new Purpose(id, request.StudentId, null, null, course.Title, $$"""{"courseId":"{{course.Id}}"}""", null, null);
        var order = inbound.NewOrder(request.Tenant, price.Total, purpose, expiresAt);
        var transaction = new CourseTransaction
        {
            Id = id,
            Tenant = request.Tenant,
            CourseId = course.Id,
            StudentId = request.StudentId,
            Title = course.Title,
            Instructor = course.Instructor,
            State = TransactionState.Pending,
            Price = price,
            Sac = sac,
            DiscountCodeId = discount.Code?.Id,
            DiscountCode = discount.Code?.Code,
            AmountRefunded = Money.Zero(price.Total.Currency),
            SealedBilling = billings.Seal(id, request.Billing),
            SessionId = $"cps_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SessionBytes))}",
            ExpiresAt = expiresAt,
            OrderId = order.Id,
            RetryOf = request.Retries is { } failed ? failed.RetryOf ?? failed.Id : null,
            RetryCount = request.Retries is { } before ? before.RetryCount + 1 : 0,
            FirstAttemptAt = request.Retries?.FirstAttemptAt ?? now,
            CreatedAt = now,
            Version = 1,
        };
        return (transaction, discount.Code is { } code ? new(transaction, discount.Place, code.StudentLimit) : null, order, gateway);
    }

    /// <summary>The code, and the lowest place of it that the student has free.</summary>
    private async Task<Outcome<(DiscountCode? Code, int Place)>> FindDiscount(
        Tenant tenant, string studentId, string courseId, string? typed, DateTimeOffset now, CancellationToken cancel)
    {
        if (typed is null)
        {
            return (null, 0);
        }

        var code = await codes.FindByCode(tenant, DiscountCode.Normal(typed), cancel);
        var taken = code is null ? [] : await store.PlacesTaken(tenant, code.Id, studentId, cancel);
        return DiscountDecisions.WhyNot(code, courseId, taken.Count, now) is { } refusal
            ? refusal
            : (code, Enumerable.Range(1, taken.Count + 1).First(place => !taken.Contains(place)));
    }

    /// <summary>The payment of the core. What it comes to moves the course payment in the same commit.</summary>
    /// <param name="isFirst">This call has made the session, so what the gateway says is its answer.</param>
    private async Task<Outcome<CourseTransaction>> AskForPage(
        CourseTransaction transaction, UsableGateway gateway, StartRequest request, bool isFirst, CancellationToken cancel)
    {
        var attempt = new PaymentAttempt(
            transaction.Tenant, transaction.OrderId, PaymentId: null, gateway.Instrument, gateways.ReturnUrlOf(transaction, gateway), request.Behaviour,
            request.Origin);
        var outcome = await confirm.Run(attempt, IdempotentCall.None, _ => noAnswer, cancel);
        var now = (await store.Find(transaction.Tenant, transaction.Id, CancellationToken.None))!;
        if (outcome?.Refusal is { } refusal)
        {
            // Another call may have begun just before: then the session is its.
            var (_, payment) = await payments.FindOrder(transaction.Tenant, transaction.OrderId, CancellationToken.None);
            if (payment is not null)
            {
                return now;
            }

            await moves.Give(now.Tenant, now.Id, new TransactionCommand.Fail(refusal.Kind.Code), request.Origin, CancellationToken.None);
            return refusal;
        }

        return now switch
        {
            { State: TransactionState.Pending, PaymentUrl: null } when isFirst => CourseGateway.Closed(now),
            { State: TransactionState.Failed, FailureReason: FailureReason.NetworkError or FailureReason.GatewayTimeout } => CourseGateway.Closed(now),
            { State: TransactionState.Failed, FailureCode: { } code } => new Refusal(
                Errors.ByCode(code), Details: new Dictionary<string, object?> { ["transactionId"] = now.Id }),
            _ => now,
        };
    }
}
