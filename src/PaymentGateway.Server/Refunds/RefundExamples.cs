namespace PaymentGateway.Refunds;

/// <summary>Requests and answers of the refund endpoints, as the sandbox gave them.</summary>
internal static class RefundExamples
{
    public const string Create =
        """
        {
          "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz", "amount": 499.5, "reason": "requested_by_customer",
          "description": "One shirt came back", "metadata": { "return": "R-17" }
        }
        """;

    public const string OfCharge =
        """
        { "amount": 499.5, "reason": "requested_by_customer", "description": "One shirt came back", "metadata": { "return": "R-17" } }
        """;

    public const string Succeeded =
        """
        {
          "id": "re_01m7y6a2k4f7c8w9x0y1z2a3b4", "refundId": "re_01m7y6a2k4f7c8w9x0y1z2a3b4",
          "merchantId": "MERCH_FH_001", "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz",
          "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 499.5,
          "currency": "INR", "status": "succeeded", "reason": "requested_by_customer",
          "description": "One shirt came back", "feeReturned": 0, "taxReturned": 0,
          "reference": "sbx_01m7y6a2n9eaaq8d2fxggm3t5g", "processorReference": "ARNEAAQ8D2FXGGM3T5G7H9J",
          "requestedBy": "pk_test_MERCH_FH_001_example", "approvalsRequired": 0, "secondFactorRequired": false, "approvals": [],
          "metadata": { "return": "R-17" }, "createdAt": "2026-11-21T09:38:02.115Z",
          "expectedAt": "2026-11-28T09:38:02.151Z", "processedAt": "2026-11-21T09:38:02.151Z"
        }
        """;

    public const string Approved =
        """
        {
          "id": "re_01m7y6b9p2e5d7w9x0y1z2a3b4", "refundId": "re_01m7y6b9p2e5d7w9x0y1z2a3b4",
          "merchantId": "MERCH_FH_001", "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz",
          "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 2217.17,
          "currency": "INR", "status": "succeeded", "reason": "duplicate", "feeReturned": 0, "taxReturned": 0,
          "reference": "sbx_01m7y6c0s3ebbq8d2fxggm3t5g", "processorReference": "ARNEBBQ8D2FXGGM3T5G7H9J",
          "requestedBy": "pk_test_MERCH_FH_001_example", "approvalsRequired": 1, "secondFactorRequired": false,
          "approvals": [
            { "approver": "pk_test_MERCH_FH_001_another", "decision": "approved", "createdAt": "2026-11-21T09:40:11.020Z" }
          ],
          "metadata": {}, "createdAt": "2026-11-21T09:39:00.402Z",
          "expectedAt": "2026-11-28T09:40:11.061Z", "processedAt": "2026-11-21T09:40:11.061Z"
        }
        """;

    public const string Reject =
        """
        { "reason": "The shirt never came back" }
        """;

    public const string Rejected =
        """
        {
          "id": "re_01m7y6d4q8f2d7w9x0y1z2a3b4", "refundId": "re_01m7y6d4q8f2d7w9x0y1z2a3b4",
          "merchantId": "MERCH_FH_001", "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz",
          "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 2217.17,
          "currency": "INR", "status": "canceled", "reason": "requested_by_customer", "feeReturned": 0, "taxReturned": 0,
          "cancelReason": "rejected", "requestedBy": "pk_test_MERCH_FH_001_example", "approvalsRequired": 1,
          "secondFactorRequired": false,
          "approvals": [
            {
              "approver": "pk_test_MERCH_FH_001_another", "decision": "rejected", "reason": "The shirt never came back",
              "createdAt": "2026-11-21T09:44:20.300Z"
            }
          ],
          "metadata": {}, "createdAt": "2026-11-21T09:43:51.007Z", "processedAt": "2026-11-21T09:44:20.300Z"
        }
        """;

    public const string Canceled =
        """
        {
          "id": "re_01m7y6e7r4e6d7w9x0y1z2a3b4", "refundId": "re_01m7y6e7r4e6d7w9x0y1z2a3b4",
          "merchantId": "MERCH_FH_001", "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz",
          "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 100,
          "currency": "INR", "status": "canceled", "reason": "requested_by_customer", "feeReturned": 0, "taxReturned": 0,
          "reference": "sbx_01m7y6e7t1ecbq8d2fxggm3t5g", "cancelReason": "requested_by_merchant",
          "requestedBy": "pk_test_MERCH_FH_001_example", "approvalsRequired": 0, "secondFactorRequired": false, "approvals": [],
          "metadata": {}, "createdAt": "2026-11-21T09:46:02.700Z", "processedAt": "2026-11-21T09:46:09.115Z"
        }
        """;
}
