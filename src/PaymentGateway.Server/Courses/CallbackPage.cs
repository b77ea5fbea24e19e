using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>What the student sees on the way back from the gateway: the facts, and what can be done. No script, no style of its own.</summary>
internal static class CallbackPage
{
    private const string HtmlType = "text/html; charset=utf-8";
    private const string Policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IResult Show(HttpContext http, CourseTransaction transaction)
    {
        var (title, sentence) = SayingOf(transaction);
        return Send(http, StatusCodes.Status200OK, title, Html.Of($"""
            <p>{sentence}</p>
            <dl>
              <dt>Course</dt><dd>{transaction.Title}</dd>
              <dt>Amount</dt><dd>{transaction.Price.Total.ToString()}</dd>
              <dt>Transaction</dt><dd>{transaction.Id}</dd>
              <dt>Status</dt><dd>{Words.Of(transaction.State)}</dd>
            </dl>
            """));
    }

    public static IResult Refused(HttpContext http) => Send(
        http, Errors.SignatureVerificationFailed.Status, "Not accepted", Html.Of($"""
            <p role="alert">This is not what the payment gateway sends. Nothing was changed. Look at your payments to see what became of yours.</p>
            """));

    private static (string Title, string Sentence) SayingOf(CourseTransaction transaction) => transaction.State switch
    {
        TransactionState.Success when transaction.IsDuplicate =>
            ("Paid twice", "You had this course already. This payment is refunded by itself."),
        TransactionState.Success => ("Payment successful", "Your course is open."),
        TransactionState.Failed when TransactionDecisions.AdviceOf(transaction.FailureReason!.Value) == FailureAdvice.AnotherMethod =>
            ("Payment failed", "Nothing was charged. Please try another way to pay."),
        TransactionState.Failed => ("Payment failed", "Nothing was charged. You can try again now."),
        TransactionState.Expired => ("Session expired", "The time to pay is over and nothing was charged. Please start again."),
        TransactionState.PartiallyRefunded or TransactionState.Refunded => ("Refunded", "What was refunded is on its way to you."),
        _ => ("Payment not finished", "The bank has not said yet what became of it. Your payments show it as soon as it does."),
    };

    private static IResult Send(HttpContext http, int status, string title, Html content)
    {
        BrowserHeaders.Write(http.Response, Policy);
        return Results.Content(Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>
            <body><main><h1>{title}</h1>{content}</main></body>
            </html>
            """).ToString(), HtmlType, statusCode: status);
    }
}
