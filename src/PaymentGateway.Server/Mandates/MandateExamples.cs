namespace PaymentGateway.Mandates;

/// <summary>Requests and answers of the mandate endpoints, as the sandbox gave them.</summary>
internal static class MandateExamples
{
    public const string Create =
        """
        {
          "customerId": "cus_01m7y68wqrebb829sxzmd7k76q", "type": "sepa_debit", "bankAccountToken": "tok_01m7y68x0hegfrvbe9v5br7haz",
          "amountMax": 100, "frequency": "monthly", "noticeDays": 2,
          "acceptance": { "type": "online", "ipAddress": "203.0.113.7", "userAgent": "Mozilla/5.0" },
          "metadata": { "contract": "C-17" }
        }
        """;

    public const string Active =
        """
        {
          "id": "mandate_01m7y6a2k4f7c8w9x0y1z2a3b4", "mandateId": "mandate_01m7y6a2k4f7c8w9x0y1z2a3b4", "merchantId": "MERCH_FH_001",
          "customerId": "cus_01m7y68wqrebb829sxzmd7k76q", "type": "sepa_debit", "status": "active", "paymentMethod": "bank_debit",
          "amountMax": 100, "currency": "EUR", "frequency": "monthly", "usesMax": 1, "category": "standard",
          "startsAt": "2026-11-21T09:38:02.115Z", "noticeDays": 2,
          "bankAccount": { "scheme": "sepa", "last4": "3000", "bankName": "Test Bank Berlin", "country": "DE" },
          "acceptance": {
            "type": "online", "acceptedAt": "2026-11-21T09:38:02.115Z", "ipAddress": "203.0.113.7", "userAgent": "Mozilla/5.0"
          },
          "connector": "sandbox", "reference": "sbx_01m7y6a2n9eaaq8d2fxggm3t5g", "metadata": { "contract": "C-17" },
          "createdAt": "2026-11-21T09:38:02.115Z", "activatedAt": "2026-11-21T09:38:02.151Z"
        }
        """;

    public const string Revoke =
        """
        { "reason": "The customer moved to another bank" }
        """;

    public const string Revoked =
        """
        {
          "id": "mandate_01m7y6a2k4f7c8w9x0y1z2a3b4", "mandateId": "mandate_01m7y6a2k4f7c8w9x0y1z2a3b4", "merchantId": "MERCH_FH_001",
          "customerId": "cus_01m7y68wqrebb829sxzmd7k76q", "type": "upi_autopay", "status": "revoked", "paymentMethod": "upi",
          "amountMax": 999, "currency": "INR", "frequency": "monthly", "usesMax": 1, "category": "standard",
          "startsAt": "2026-11-21T09:38:02.115Z", "endsAt": "2027-11-21T00:00:00Z", "noticeDays": 1, "vpa": "su***@pgtestupi",
          "acceptance": { "type": "offline", "acceptedAt": "2026-11-20T11:00:00Z" },
          "connector": "sandbox", "reference": "sbx_01m7y6a2n9eaaq8d2fxggm3t5g", "metadata": {},
          "revokeReason": "The customer moved to another bank", "createdAt": "2026-11-21T09:38:02.115Z",
          "activatedAt": "2026-11-21T09:38:02.151Z", "closedAt": "2026-11-25T08:00:01.004Z"
        }
        """;

    public const string Announce =
        """
        { "amount": 49.9, "debitFrom": "2026-12-01T08:00:00Z" }
        """;

    public const string Notice =
        """
        {
          "id": "notice_01m7y6b9p2e5d7w9x0y1z2a3b4", "mandateId": "mandate_01m7y6a2k4f7c8w9x0y1z2a3b4", "amount": 49.9, "currency": "EUR",
          "createdAt": "2026-11-21T09:40:11.020Z", "debitFrom": "2026-12-01T08:00:00Z", "debitUntil": "2026-12-08T08:00:00Z"
        }
        """;
}
