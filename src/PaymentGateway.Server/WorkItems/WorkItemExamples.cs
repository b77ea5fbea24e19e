namespace PaymentGateway.WorkItems;

/// <summary>Requests and answers of the work item endpoints, as the sandbox gave them.</summary>
internal static class WorkItemExamples
{
    public const string Open =
        """
        {
          "id": "wi_01m7y6f1k4f7c8w9x0y1z2a3b4", "workItemId": "wi_01m7y6f1k4f7c8w9x0y1z2a3b4", "merchantId": "MERCH_FH_001",
          "kind": "failed_after_success", "status": "open", "connector": "sandbox", "orderId": "order_01m7y68wyseccvh47dq1s56tg1",
          "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz", "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "amount": 2716.67,
          "currency": "INR", "inSuspense": false,
          "ours": {
            "payment": "succeeded", "charge": "captured", "amount": 2716.67, "amountAuthorized": 2716.67, "amountCaptured": 2716.67,
            "amountRefunded": 0, "currency": "INR", "order": "paid"
          },
          "theirs": { "outcome": "declined", "reference": "sbx_01m7y68x2neaaq8d2fxggm3t5g", "code": "CARD_DECLINED", "processorCode": "05" },
          "actions": ["write_off", "dismiss"], "createdAt": "2026-11-21T09:50:02.115Z"
        }
        """;

    public const string Resolve =
        """
        { "action": "dismiss", "note": "The processor took its message back by telephone." }
        """;

    public const string Dismissed =
        """
        {
          "id": "wi_01m7y6f1k4f7c8w9x0y1z2a3b4", "workItemId": "wi_01m7y6f1k4f7c8w9x0y1z2a3b4", "merchantId": "MERCH_FH_001",
          "kind": "failed_after_success", "status": "dismissed", "connector": "sandbox", "orderId": "order_01m7y68wyseccvh47dq1s56tg1",
          "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz", "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "amount": 2716.67,
          "currency": "INR", "inSuspense": false,
          "ours": {
            "payment": "succeeded", "charge": "captured", "amount": 2716.67, "amountAuthorized": 2716.67, "amountCaptured": 2716.67,
            "amountRefunded": 0, "currency": "INR", "order": "paid"
          },
          "theirs": { "outcome": "declined", "reference": "sbx_01m7y68x2neaaq8d2fxggm3t5g", "code": "CARD_DECLINED", "processorCode": "05" },
          "actions": [], "action": "dismiss", "note": "The processor took its message back by telephone.",
          "resolvedBy": "key:pk_test_MERCH_FH_001_example", "createdAt": "2026-11-21T09:50:02.115Z",
          "resolvedAt": "2026-11-21T10:04:40.300Z"
        }
        """;
}
