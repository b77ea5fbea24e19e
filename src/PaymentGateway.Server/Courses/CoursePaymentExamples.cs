namespace PaymentGateway.Courses;

/// <summary>Requests and answers of course payments.</summary>
internal static class CoursePaymentExamples
{
    private const string Id = "TXN_01M7Y68X2ZB3F8Q4N6K9T5WCVD";

    public const string Start =
        $$"""
        {
          "courseId": "{{CourseExamples.Id}}", "discountCode": "DIWALI20",
          "billing": { "name": "Asha Rao", "address": ["7 Lake View", "Pune"], "state": "27", "pin": "411002" }
        }
        """;

    private const string Amount =
        """{ "original": 10000, "discount": 2000, "subtotal": 8000, "gst": 1440, "total": 9440, "currency": "INR" }""";

    private const string Course =
        $$"""{ "id": "{{CourseExamples.Id}}", "title": "Financial modelling", "instructor": "Asha Rao" }""";

    public const string Started =
        $$"""
        {
          "transactionId": "{{Id}}", "sessionId": "cps_9dRkWb0c1ZrXnT3m5qYv7sLhPzE2uJ4g",
          "paymentUrl": "https://smartgateway.hdfcuat.bank.in/payment-page/order/ordeh_8f1c", "expiresAt": "2026-11-21T09:51:44.121Z",
          "amount": {{Amount}}, "course": {{Course}}
        }
        """;

    public const string Retried =
        $$"""
        {
          "newTransactionId": "TXN_01M7Y6B8ZQ7H2D4R9V1X3C5N6T", "originalTransactionId": "{{Id}}",
          "sessionId": "cps_Zb0c1ZrXnT3m5qYv7sLhPzE2uJ4g9dRk", "paymentUrl": "https://smartgateway.hdfcuat.bank.in/payment-page/order/ordeh_9a2d",
          "expiresAt": "2026-11-21T10:11:44.121Z", "retryCount": 1, "maxRetries": 3, "amount": {{Amount}}
        }
        """;

    public const string Refund =
        $$"""
        { "transactionId": "{{Id}}", "amount": 9440, "reason": "The student fell ill before the first lesson", "twoFactorCode": "492039" }
        """;

    public const string Refunded =
        $$"""
        {
          "refundTransactionId": "re_01m7y68xmjf78r8632zev3gr2s", "originalTransactionId": "{{Id}}", "status": "succeeded", "amount": 9440,
          "currency": "INR", "estimatedCompletionDate": "2026-12-02", "processedBy": "{{CourseExamples.Student}}",
          "processedAt": "2026-11-23T10:02:11.004Z"
        }
        """;

    public const string Paid =
        $$"""
        {
          "transactionId": "{{Id}}", "status": "success", "orderId": "order_01m7y68wyseccvh47dq1s56tg1",
          "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa", "amount": {{Amount}}, "discountCode": "DIWALI20", "course": {{Course}},
          "expiresAt": "2026-11-21T09:51:44.121Z", "paymentMethod": "card", "last4": "1097", "amountRefunded": 0, "retryCount": 0,
          "createdAt": "2026-11-21T09:36:44.121Z", "paidAt": "2026-11-21T09:39:10.002Z",
          "timeline": [
            { "status": "pending", "at": "2026-11-21T09:36:44.121Z" }, { "status": "success", "at": "2026-11-21T09:39:10.002Z" }
          ]
        }
        """;

    public const string History =
        $$"""
        {
          "transactions": [{{Paid}}],
          "pagination": {
            "currentPage": 1, "totalPages": 1, "totalItems": 1, "itemsPerPage": 10, "hasNextPage": false, "hasPreviousPage": false
          }
        }
        """;

    public const string Usage =
        """
        {
          "discountCodeId": "disc_01m7y68xjzf8f9p0apjwr82xsa", "code": "DIWALI20", "partner": "Campus Club", "uses": 3, "useLimit": 500,
          "paid": 2, "students": 2, "amountDiscounted": 4000, "currency": "INR"
        }
        """;
}
