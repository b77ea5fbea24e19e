namespace PaymentGateway.Merchants;

/// <summary>Requests and answers of the merchant endpoints.</summary>
internal static class MerchantExamples
{
    public const string Update =
        """
        {
          "name": "FashionHub", "brand": { "color": "#0a7d4f" },
          "paymentMethods": ["card", "upi", "netbanking", "wallet"],
          "limits": { "minimumAmount": 1, "maximumAmount": 500000 }, "upi": { "collect": false, "category": "education" },
          "refundPolicy": { "approvalAbove": 10000, "approvals": 1 }, "threeDSecure": { "onUnavailable": "stop" }
        }
        """;

    public const string Merchant =
        """
        {
          "id": "MERCH_FH_001", "merchantId": "MERCH_FH_001", "mode": "test", "name": "FashionHub", "status": "active",
          "country": "IN", "defaultCurrency": "INR", "brand": { "color": "#c2185b" },
          "paymentMethods": ["card", "upi", "wallet", "netbanking"], "ipAllowList": [], "feePercent": 2,
          "feeTaxPercent": 18, "limits": {}, "upi": { "collect": true, "category": "standard", "maximumAmount": 100000 },
          "feeReturnedOnRefund": false, "refundPolicy": { "approvals": 1 }, "threeDSecure": { "onUnavailable": "authorize" },
          "createdAt": "2026-11-21T09:35:40.329Z"
        }
        """;

    public const string Updated =
        """
        {
          "id": "MERCH_FH_001", "merchantId": "MERCH_FH_001", "mode": "test", "name": "FashionHub", "status": "active",
          "country": "IN", "defaultCurrency": "INR", "brand": { "color": "#0a7d4f" },
          "paymentMethods": ["card", "upi", "netbanking", "wallet"], "ipAllowList": [], "feePercent": 2,
          "feeTaxPercent": 18, "limits": { "minimumAmount": 1, "maximumAmount": 500000 },
          "upi": { "collect": false, "category": "education", "maximumAmount": 500000 },
          "feeReturnedOnRefund": false, "refundPolicy": { "approvalAbove": 10000, "approvals": 1 },
          "threeDSecure": { "onUnavailable": "stop" }, "createdAt": "2026-11-21T09:35:40.329Z"
        }
        """;
}
