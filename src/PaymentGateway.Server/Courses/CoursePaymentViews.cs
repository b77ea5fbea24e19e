using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <param name="Original">The price of the course.</param>
/// <param name="Subtotal">What is taxed.</param>
internal sealed record CourseAmountView(decimal Original, decimal Discount, decimal Subtotal, decimal Gst, decimal Total, string Currency)
{
    public static CourseAmountView Of(CoursePrice price) => new(
        price.Original.ToMajor(), price.Discount.ToMajor(), price.Subtotal.ToMajor(), price.Gst.ToMajor(), price.Total.ToMajor(),
        price.Total.Currency.Code);
}

internal sealed record CourseOfPaymentView(string Id, string Title, string Instructor);

/// <summary>A payment that has begun.</summary>
/// <param name="SessionId">Of this visit to the gateway.</param>
/// <param name="PaymentUrl">Where the browser goes; absent while the gateway is being asked for its page: get the transaction in a second.</param>
/// <param name="ExpiresAt">The end of the session.</param>
internal sealed record StartedPaymentView(
    string TransactionId, string SessionId, string? PaymentUrl, DateTimeOffset ExpiresAt, CourseAmountView Amount, CourseOfPaymentView Course)
{
    public static StartedPaymentView Of(CourseTransaction transaction) => new(
        transaction.Id, transaction.SessionId, transaction.PaymentUrl, transaction.ExpiresAt, CourseAmountView.Of(transaction.Price),
        new(transaction.CourseId, transaction.Title, transaction.Instructor));
}

/// <summary>A failed payment that is tried again.</summary>
/// <param name="OriginalTransactionId">The first attempt.</param>
/// <param name="RetryCount">Which retry it is.</param>
internal sealed record RetriedPaymentView(
    string NewTransactionId, string OriginalTransactionId, string SessionId, string? PaymentUrl, DateTimeOffset ExpiresAt, int RetryCount,
    int MaxRetries, CourseAmountView Amount)
{
    public static RetriedPaymentView Of(CourseTransaction transaction) => new(
        transaction.Id, transaction.RetryOf ?? transaction.Id, transaction.SessionId, transaction.PaymentUrl, transaction.ExpiresAt,
        transaction.RetryCount, TransactionDecisions.RetriesMax, CourseAmountView.Of(transaction.Price));
}

/// <summary>How often a code was used.</summary>
/// <param name="Uses">Payments that have it and have not failed: what the limit counts.</param>
/// <param name="Paid">Payments that have it and were paid.</param>
/// <param name="Students">So many students paid with it.</param>
/// <param name="AmountDiscounted">What it took off those payments.</param>
internal sealed record DiscountUsageView(
    string DiscountCodeId, string Code, string? Partner, int Uses, int? UseLimit, int Paid, int Students, decimal AmountDiscounted, string Currency);

/// <summary>A failure, as a student can make use of it.</summary>
/// <param name="Reason">insufficient_funds, card_declined, card_expired, invalid_cvv, network_error, gateway_timeout, authentication_failed, user_cancelled or other.</param>
/// <param name="Advice">retry_now or another_method.</param>
internal sealed record CourseFailureView(string Reason, string Advice)
{
    public static CourseFailureView? Of(CourseTransaction transaction) => transaction.FailureReason is { } reason
        ? new(Words.Of(reason), Words.Of(TransactionDecisions.AdviceOf(reason)))
        : null;
}

/// <summary>A state that the payment has reached.</summary>
internal sealed record TimelineView(string Status, string? Why, DateTimeOffset At);

/// <summary>A course payment as its student sees it.</summary>
/// <param name="Status">pending, success, failed, expired, partially_refunded or refunded.</param>
/// <param name="PaymentUrl">While it is pending: the gateway's page.</param>
/// <param name="PaymentMethod">What it was paid with.</param>
/// <param name="Last4">Of a card.</param>
/// <param name="RetryOf">The first attempt, when this is another.</param>
/// <param name="RetryCount">Which retry it is; 0: the first attempt.</param>
/// <param name="Duplicate">Paid when the student had the course already: it goes back by itself.</param>
/// <param name="Timeline">Of one payment: where it has been.</param>
internal sealed record CoursePaymentView(
    string TransactionId, string Status, string OrderId, string? PaymentId, CourseAmountView Amount, string? DiscountCode,
    CourseOfPaymentView Course, string? PaymentUrl, DateTimeOffset ExpiresAt, string? PaymentMethod, string? Last4, CourseFailureView? Failure,
    decimal AmountRefunded, string? RetryOf, int RetryCount, bool? Duplicate, DateTimeOffset CreatedAt, DateTimeOffset? PaidAt, IReadOnlyList<TimelineView>? Timeline)
{
    public static CoursePaymentView Of(CourseTransaction transaction, IReadOnlyList<TransactionStep>? history = null) => new(
        transaction.Id, Words.Of(transaction.State), transaction.OrderId, transaction.PaymentId, CourseAmountView.Of(transaction.Price),
        transaction.DiscountCode, new(transaction.CourseId, transaction.Title, transaction.Instructor), transaction.PaymentUrl,
        transaction.ExpiresAt, transaction.Method, transaction.Last4, CourseFailureView.Of(transaction), transaction.AmountRefunded.ToMajor(),
        transaction.RetryOf, transaction.RetryCount, transaction.IsDuplicate ? true : null, transaction.CreatedAt, transaction.PaidAt,
        history is null ? null : [.. history.Select(step => new TimelineView(step.State, step.Why, step.At))]);
}

/// <param name="CurrentPage">From 1.</param>
internal sealed record PaginationView(
    int CurrentPage, int TotalPages, long TotalItems, int ItemsPerPage, bool HasNextPage, bool HasPreviousPage)
{
    public static PaginationView Of(int page, int limit, long count)
    {
        var pages = (int)((count + limit - 1) / limit);
        return new(page, pages, count, limit, page < pages, page > 1);
    }
}

internal sealed record PaymentHistoryView(IReadOnlyList<CoursePaymentView> Transactions, PaginationView Pagination);
