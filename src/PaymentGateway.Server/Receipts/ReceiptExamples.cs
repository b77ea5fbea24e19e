namespace PaymentGateway.Receipts;

/// <summary>Requests and answers of the endpoints of receipts, as the sandbox gave them.</summary>
internal static class ReceiptExamples
{
    public const string PutSupplier =
        """
        {
          "legalName": "FashionHub Retail Private Limited", "address": ["14 MG Road", "Pune 411001"], "gstin": "27ABCDE1234F1Z0",
          "series": "FH", "creditNoteSeries": "FC", "debitNoteSeries": "FD", "sac": "999293", "supportContact": "help@fashionhub.example"
        }
        """;

    public const string Supplier =
        """
        {
          "legalName": "FashionHub Retail Private Limited", "address": ["14 MG Road", "Pune 411001"], "country": "IN",
          "state": { "code": "27", "name": "Maharashtra" }, "gstin": "27ABCDE1234F1Z0", "pan": "ABCDE1234F", "series": "FH",
          "creditNoteSeries": "FC", "debitNoteSeries": "FD", "sac": "999293", "supportContact": "help@fashionhub.example",
          "updatedAt": "2026-11-21T09:30:00.000Z"
        }
        """;

    public const string Issue =
        """
        {
          "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa",
          "lines": [{ "description": "Styling course, weekend batch", "unitPrice": 10000, "discount": 2000,
            "details": ["Code WEEKEND20"] }],
          "buyer": { "name": "Asha Rao", "address": ["7 Lake View", "Pune 411002"], "state": "27" },
          "transactionId": "FH-1001", "bankReference": "600512345678"
        }
        """;

    public const string Credit = """{ "refundId": "re_01m7y6a1c4g9w2h8x5q7r3t6vb" }""";

    public static string Invoice { get; } = With(
        "rcp_01m7y69b3kq2z8v4n6d1f5h7jc", "tax_invoice", "Tax invoice", "FH/26-27/000123", "", 10000, 2000, 8000, 720, 9440,
        "Rupees Nine Thousand Four Hundred Forty Only",
        """
        { "method": "Card (Visa ending 1111)", "transactionId": "FH-1001", "processorReference": "sbx_01m7y68xkheke8msw28kswwsav",
          "bankReference": "600512345678", "paidAt": "2026-11-21T09:37:02.310Z" }
        """);

    public static string CreditNote { get; } = With(
        "rcp_01m7y6a4p9s3b7m2x8c5v1n6qe", "credit_note", "Credit note", "FC/26-27/000004",
        """
        "refundId": "re_01m7y6a1c4g9w2h8x5q7r3t6vb", "originalReceiptId": "rcp_01m7y69b3kq2z8v4n6d1f5h7jc",
        "originalNumber": "FH/26-27/000123",
        """, 2000, 0, 2000, 180, 2360, "Rupees Two Thousand Three Hundred Sixty Only",
        """
        { "method": "Card (Visa ending 1111)", "transactionId": "FH-1001", "processorReference": "sbx_01m7y6a1xkheke8msw28kswwsa",
          "bankReference": "ARNKHEKE8MSW28KSWWSA01", "paidAt": "2026-11-21T10:12:40.005Z" }
        """);

    private static string With(
        string id, string kind, string title, string number, string links, int price, int discount, int taxable, int half, int total,
        string words, string payment) =>
        $$"""
        {
          "id": "{{id}}", "receiptId": "{{id}}", "merchantId": "MERCH_FH_001", "kind": "{{kind}}", "title": "{{title}}",
          "number": "{{number}}", "financialYear": "2026-27", "issuedOn": "2026-11-21", "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa", {{links}} "currency": "INR",
          "supplier": {
            "name": "FashionHub Retail Private Limited", "address": ["14 MG Road", "Pune 411001"],
            "state": { "code": "27", "name": "Maharashtra" }, "gstin": "27ABCDE1234F1Z0", "taxId": "ABCDE1234F"
          },
          "buyer": { "name": "Asha Rao", "address": ["7 Lake View", "Pune 411002"], "state": { "code": "27", "name": "Maharashtra" } },
          "placeOfSupply": { "code": "27", "name": "Maharashtra" },
          "lines": [{
            "description": "Styling course, weekend batch", "details": ["Code WEEKEND20"], "sac": "999293", "quantity": 1,
            "unitPrice": {{price}}, "price": {{price}}, "discount": {{discount}}, "taxable": {{taxable}}, "taxability": "taxable",
            "taxPercent": 18, "cgst": {{half}}, "sgst": {{half}}, "igst": 0, "total": {{total}}
          }],
          "pricesIncludeTax": false, "price": {{price}}, "discount": {{discount}}, "taxable": {{taxable}}, "cgst": {{half}},
          "sgst": {{half}}, "igst": 0, "total": {{total}}, "amountInWords": "{{words}}", "payment": {{payment}}, "notes": [], "form": "pdf",
          "urls": {
            "pdf": "https://pay.example.com/api/payments/receipts/{{id}}/pdf",
            "html": "https://pay.example.com/api/payments/receipts/{{id}}/html"
          },
          "createdAt": "2026-11-21T09:40:11.004Z"
        }
        """;
}
