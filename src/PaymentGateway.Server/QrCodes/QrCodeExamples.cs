namespace PaymentGateway.QrCodes;

/// <summary>Requests and answers of the endpoints of codes, as the sandbox gave them.</summary>
internal static class QrCodeExamples
{
    public const string Create =
        """
        { "type": "dynamic", "format": "upi", "amount": 499.50, "currency": "INR", "description": "Two coffees", "expiresIn": 600 }
        """;

    public static string Code { get; } = With("active", 0, "0", "");

    public static string Paid { get; } = With("paid", 1, "499.5", Closed);

    public static string Canceled { get; } = With("canceled", 0, "0", Closed);

    public const string Credit =
        """
        {
          "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 499.5,
          "currency": "INR", "connector": "sandbox", "reference": "sbx_01m7y68xkheke8msw28kswwsav",
          "creditedAt": "2026-11-21T09:37:02.310Z"
        }
        """;

    private const string Closed = """, "closedAt": "2026-11-21T09:37:02.310Z" """;

    private static string With(string status, int count, string received, string closed) =>
        $$"""
        {
          "id": "qr_01m7y68wz0f1gt3q6cdbch3nex", "qrCodeId": "qr_01m7y68wz0f1gt3q6cdbch3nex", "merchantId": "MERCH_FH_001",
          "type": "dynamic", "format": "upi", "status": "{{status}}", "amount": 499.5, "currency": "INR",
          "orderId": "order_01m7y68wyseccvh47dq1s56tg1",
          "text": "upi://pay?pa=sandbox@pgtestupi&pn=FashionHub&mc=0000&tr=qr_01m7y68wz0f1gt3q6cdbch3nex&tn=Two%20coffees&am=499.50&cu=INR&mode=15&purpose=00",
          "images": {
            "svg": "https://pay.example.com/api/payments/qr-codes/qr_01m7y68wz0f1gt3q6cdbch3nex/image?format=svg",
            "png": "https://pay.example.com/api/payments/qr-codes/qr_01m7y68wz0f1gt3q6cdbch3nex/image?format=png"
          },
          "description": "Two coffees", "metadata": {}, "paymentsCount": {{count}}, "amountReceived": {{received}},
          "testUrl": "https://pay.example.com/sandbox/qr-codes/qr_01m7y68wz0f1gt3q6cdbch3nex",
          "createdAt": "2026-11-21T09:36:44.121Z", "expiresAt": "2026-11-21T09:46:44.121Z"{{closed}}
        }
        """;
}
