namespace PaymentGateway.Events;

/// <summary>Answers of the event endpoints.</summary>
internal static class EventExamples
{
    public const string Event =
        """
        {
          "id": "evt_01m7y68xndfeqaryxxc0qk1kbk", "event": "payment.success", "timestamp": "2026-11-21T09:36:44.845Z",
          "apiVersion": "2026-11-01",
          "data": {
            "merchantId": "MERCH_FH_001", "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa",
            "chargeId": "ch_01m7y68xkheke8msw28kswwsav", "amount": 150, "amountCaptured": 150, "currency": "INR",
            "status": "succeeded", "paymentMethod": "card", "card": { "network": "visa", "last4": "1111" },
            "metadata": {}, "createdAt": "2026-11-21T09:36:44.767Z", "paidAt": "2026-11-21T09:36:44.844Z"
          },
          "subjectId": "pay_01m7y68xjzf8f9p0apjwr82xsa", "requestId": "req_01m7y68xmjf78r8632zev3gr2s"
        }
        """;
}
