namespace PaymentGateway.Payments;

/// <summary>Requests and answers of the payment endpoints, as the sandbox gave them.</summary>
internal static class PaymentExamples
{
    public const string CreateOrder =
        """
        {
          "amount": 2716.67, "currency": "INR", "merchantOrderId": "FH-1001", "customerId": "asha",
          "customerEmail": "asha@example.com", "description": "Linen shirt", "metadata": { "basket": "42" },
          "returnUrl": "https://shop.example/thanks"
        }
        """;

    public const string Order =
        """
        {
          "id": "order_01m7y68wyseccvh47dq1s56tg1", "orderId": "order_01m7y68wyseccvh47dq1s56tg1",
          "merchantId": "MERCH_FH_001", "merchantOrderId": "FH-1001", "amount": 2716.67, "currency": "INR",
          "status": "created", "amountAuthorized": 0, "amountPaid": 0, "amountDue": 2716.67, "amountRefunded": 0, "refunded": false,
          "captureMethod": "automatic",
          "clientSecret": "order_01m7y68wyseccvh47dq1s56tg1_secret_0example0example0example0example",
          "paymentLinks": { "hosted": "https://pay.example.com/checkout/order_01m7y68wyseccvh47dq1s56tg1" },
          "customerId": "asha", "customerEmail": "asha@example.com", "description": "Linen shirt",
          "metadata": { "basket": "42" }, "returnUrl": "https://shop.example/thanks",
          "createdAt": "2026-11-21T09:36:44.121Z", "expiresAt": "2026-11-21T10:06:44.121Z"
        }
        """;

    public const string PaidOrder =
        """
        {
          "id": "order_01m7y68wyseccvh47dq1s56tg1", "orderId": "order_01m7y68wyseccvh47dq1s56tg1",
          "merchantId": "MERCH_FH_001", "merchantOrderId": "FH-1001", "amount": 2716.67, "currency": "INR",
          "status": "paid", "amountAuthorized": 2716.67, "amountPaid": 2716.67, "amountDue": 0, "amountRefunded": 0, "refunded": false,
          "captureMethod": "automatic",
          "clientSecret": "order_01m7y68wyseccvh47dq1s56tg1_secret_0example0example0example0example",
          "paymentLinks": { "hosted": "https://pay.example.com/checkout/order_01m7y68wyseccvh47dq1s56tg1" },
          "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz", "customerId": "asha", "customerEmail": "asha@example.com",
          "description": "Linen shirt", "metadata": { "basket": "42" }, "returnUrl": "https://shop.example/thanks",
          "createdAt": "2026-11-21T09:36:44.121Z", "expiresAt": "2026-11-21T10:06:44.121Z",
          "paidAt": "2026-11-21T09:36:44.350Z"
        }
        """;

    public const string CanceledOrder =
        """
        {
          "id": "order_01m7y68xcdfkn9w3n2e3yd7x66", "orderId": "order_01m7y68xcdfkn9w3n2e3yd7x66",
          "merchantId": "MERCH_FH_001", "amount": 499.5, "currency": "INR", "status": "canceled", "amountAuthorized": 0,
          "amountPaid": 0, "amountDue": 499.5, "amountRefunded": 0, "refunded": false, "captureMethod": "automatic",
          "clientSecret": "order_01m7y68xcdfkn9w3n2e3yd7x66_secret_0example0example0example0example",
          "paymentLinks": { "hosted": "https://pay.example.com/checkout/order_01m7y68xcdfkn9w3n2e3yd7x66" },
          "metadata": {}, "createdAt": "2026-11-21T09:36:44.557Z", "expiresAt": "2026-11-21T10:06:44.557Z",
          "closedAt": "2026-11-21T09:36:44.580Z"
        }
        """;

    public const string PayOrder =
        """
        {
          "clientSecret": "order_01m7y68wyseccvh47dq1s56tg1_secret_0example0example0example0example",
          "paymentMethod": "card", "paymentDetails": { "cardToken": "tok_01m7y68wz3e468580rcrwf630v" }
        }
        """;

    public const string Payment =
        """
        {
          "id": "pay_01m7y68x0hegfrvbe9v5br7haz", "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz",
          "merchantId": "MERCH_FH_001", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "merchantOrderId": "FH-1001",
          "amount": 2716.67, "currency": "INR", "status": "succeeded", "amountAuthorized": 2716.67,
          "amountCaptured": 2716.67, "amountRefunded": 0, "refunded": false, "captureMethod": "automatic", "paymentMethod": "card",
          "card": { "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
          "clientSecret": "pay_01m7y68x0hegfrvbe9v5br7haz_secret_0example0example0example0example", "customerId": "asha",
          "description": "Linen shirt", "metadata": { "basket": "42" }, "returnUrl": "https://shop.example/thanks",
          "charges": [
            {
              "id": "ch_01m7y68x17ft8s79d1wz6bzvgt", "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz", "amount": 2716.67,
              "currency": "INR", "status": "succeeded", "amountRefunded": 0, "refunded": false, "paymentMethod": "card",
              "method": { "method": "card", "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
              "connector": "sandbox", "reference": "sbx_01m7y68x4eeaq8d2fxggm3t5g6", "fee": 54.33, "tax": 9.78,
              "createdAt": "2026-11-21T09:36:44.201Z", "finishedAt": "2026-11-21T09:36:44.347Z"
            }
          ],
          "createdAt": "2026-11-21T09:36:44.177Z", "paidAt": "2026-11-21T09:36:44.347Z"
        }
        """;

    public const string Abandon =
        """
        { "clientSecret": "order_01m7y68xdafqzawwhrab08zeq2_secret_0example0example0example0example" }
        """;

    public const string AbandonedPayment =
        """
        {
          "id": "pay_01m7y68xe1fj3scntms2rmrhys", "paymentId": "pay_01m7y68xe1fj3scntms2rmrhys",
          "merchantId": "MERCH_FH_001", "orderId": "order_01m7y68xdafqzawwhrab08zeq2", "amount": 499.5,
          "currency": "INR", "status": "requires_payment_method", "amountAuthorized": 0, "amountCaptured": 0, "amountRefunded": 0, "refunded": false,
          "captureMethod": "automatic", "paymentMethod": "card",
          "card": { "network": "visa", "last4": "3155", "funding": "credit", "expiry": "12/25" },
          "failureCode": "AUTHENTICATION_ABANDONED", "failureReason": "The customer did not pass the bank's check.",
          "clientSecret": "pay_01m7y68xe1fj3scntms2rmrhys_secret_0example0example0example0example", "metadata": {},
          "charges": [
            {
              "id": "ch_01m7y68xe1fw2t7rn62e2vt3ka", "paymentId": "pay_01m7y68xe1fj3scntms2rmrhys", "amount": 499.5,
              "currency": "INR", "status": "failed", "amountRefunded": 0, "refunded": false, "paymentMethod": "card",
              "method": { "method": "card", "network": "visa", "last4": "3155", "funding": "credit", "expiry": "12/25" },
              "connector": "sandbox", "reference": "sbx_01m7y68xeqet2t23bq95dbcf6d", "fee": 9.99, "tax": 1.8,
              "failureCode": "AUTHENTICATION_ABANDONED", "failureReason": "The customer did not pass the bank's check.",
              "createdAt": "2026-11-21T09:36:44.609Z", "finishedAt": "2026-11-21T09:36:44.677Z"
            }
          ],
          "createdAt": "2026-11-21T09:36:44.609Z"
        }
        """;

    public const string CreatePayment =
        """
        {
          "orderId": "order_01m7y68x86ecabd6hc4r774g2n", "paymentMethod": "card",
          "paymentDetails": { "cardToken": "tok_01m7y68x8xeqgrr4dset62hsws" }
        }
        """;

    public const string CreatedPayment =
        """
        {
          "id": "pay_01m7y68x98fq68y1amejty8r9w", "paymentId": "pay_01m7y68x98fq68y1amejty8r9w",
          "merchantId": "MERCH_FH_001", "orderId": "order_01m7y68x86ecabd6hc4r774g2n", "amount": 499.5,
          "currency": "INR", "status": "succeeded", "amountAuthorized": 499.5, "amountCaptured": 499.5, "amountRefunded": 0, "refunded": false,
          "captureMethod": "automatic", "paymentMethod": "card",
          "card": { "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
          "clientSecret": "pay_01m7y68x98fq68y1amejty8r9w_secret_0example0example0example0example", "metadata": {},
          "charges": [
            {
              "id": "ch_01m7y68x99e0nv01r69vb34mdx", "paymentId": "pay_01m7y68x98fq68y1amejty8r9w", "amount": 499.5,
              "currency": "INR", "status": "succeeded", "amountRefunded": 0, "refunded": false, "paymentMethod": "card",
              "method": { "method": "card", "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
              "connector": "sandbox", "reference": "sbx_01m7y68xakeyqa0b5prtjptw08", "fee": 9.99, "tax": 1.8,
              "createdAt": "2026-11-21T09:36:44.457Z", "finishedAt": "2026-11-21T09:36:44.506Z"
            }
          ],
          "createdAt": "2026-11-21T09:36:44.456Z", "paidAt": "2026-11-21T09:36:44.506Z"
        }
        """;

    public const string Charge =
        """
        {
          "id": "ch_01m7y68x99e0nv01r69vb34mdx", "paymentId": "pay_01m7y68x98fq68y1amejty8r9w", "amount": 499.5,
          "currency": "INR", "status": "succeeded", "amountRefunded": 0, "refunded": false, "paymentMethod": "card",
          "method": { "method": "card", "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
          "connector": "sandbox", "reference": "sbx_01m7y68xakeyqa0b5prtjptw08", "fee": 9.99, "tax": 1.8,
          "createdAt": "2026-11-21T09:36:44.457Z", "finishedAt": "2026-11-21T09:36:44.506Z"
        }
        """;

    public const string CreateIntent =
        """
        { "amount": 150, "currency": "INR", "captureMethod": "manual", "description": "Deposit" }
        """;

    public const string Intent =
        """
        {
          "id": "pay_01m7y68xjzf8f9p0apjwr82xsa", "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa",
          "merchantId": "MERCH_FH_001", "amount": 150, "currency": "INR", "status": "requires_payment_method",
          "amountAuthorized": 0, "amountCaptured": 0, "amountRefunded": 0, "refunded": false, "captureMethod": "manual",
          "clientSecret": "pay_01m7y68xjzf8f9p0apjwr82xsa_secret_0example0example0example0example",
          "description": "Deposit", "metadata": {}, "charges": [], "createdAt": "2026-11-21T09:36:44.767Z"
        }
        """;

    public const string ConfirmIntent =
        """
        { "paymentMethod": "card", "paymentDetails": { "cardToken": "tok_01m7y68xk9fz48tf0wbg99g53y" } }
        """;

    public const string HeldIntent =
        """
        {
          "id": "pay_01m7y68xjzf8f9p0apjwr82xsa", "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa",
          "merchantId": "MERCH_FH_001", "amount": 150, "currency": "INR", "status": "requires_capture",
          "amountAuthorized": 150, "amountCaptured": 0, "amountRefunded": 0, "refunded": false, "captureMethod": "manual", "paymentMethod": "card",
          "card": { "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
          "clientSecret": "pay_01m7y68xjzf8f9p0apjwr82xsa_secret_0example0example0example0example",
          "description": "Deposit", "metadata": {},
          "charges": [
            {
              "id": "ch_01m7y68xkheke8msw28kswwsav", "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa", "amount": 150,
              "currency": "INR", "status": "authorized", "amountRefunded": 0, "refunded": false, "paymentMethod": "card",
              "method": { "method": "card", "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
              "connector": "sandbox", "reference": "sbx_01m7y68xkrf12a2pcj69f36jqe", "fee": 3, "tax": 0.54,
              "createdAt": "2026-11-21T09:36:44.785Z"
            }
          ],
          "createdAt": "2026-11-21T09:36:44.767Z"
        }
        """;

    public const string CapturedIntent =
        """
        {
          "id": "pay_01m7y68xjzf8f9p0apjwr82xsa", "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa",
          "merchantId": "MERCH_FH_001", "amount": 150, "currency": "INR", "status": "succeeded", "amountAuthorized": 150,
          "amountCaptured": 150, "amountRefunded": 0, "refunded": false, "captureMethod": "manual", "paymentMethod": "card",
          "card": { "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
          "clientSecret": "pay_01m7y68xjzf8f9p0apjwr82xsa_secret_0example0example0example0example",
          "description": "Deposit", "metadata": {},
          "charges": [
            {
              "id": "ch_01m7y68xkheke8msw28kswwsav", "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa", "amount": 150,
              "currency": "INR", "status": "succeeded", "amountRefunded": 0, "refunded": false, "paymentMethod": "card",
              "method": { "method": "card", "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
              "connector": "sandbox", "reference": "sbx_01m7y68xkrf12a2pcj69f36jqe", "fee": 3, "tax": 0.54,
              "createdAt": "2026-11-21T09:36:44.785Z", "finishedAt": "2026-11-21T09:36:44.844Z"
            }
          ],
          "createdAt": "2026-11-21T09:36:44.767Z", "paidAt": "2026-11-21T09:36:44.844Z"
        }
        """;

    public const string CancelIntent =
        """
        { "cancellationReason": "out_of_stock" }
        """;

    public const string CanceledIntent =
        """
        {
          "id": "pay_01m7y68xnrfaksgyhwk47641sx", "paymentId": "pay_01m7y68xnrfaksgyhwk47641sx",
          "merchantId": "MERCH_FH_001", "amount": 150, "currency": "INR", "status": "canceled", "amountAuthorized": 0,
          "amountCaptured": 0, "amountRefunded": 0, "refunded": false, "captureMethod": "automatic", "cancelReason": "out_of_stock",
          "clientSecret": "pay_01m7y68xnrfaksgyhwk47641sx_secret_0example0example0example0example", "metadata": {},
          "charges": [], "createdAt": "2026-11-21T09:36:44.856Z", "canceledAt": "2026-11-21T09:36:44.875Z"
        }
        """;
}
