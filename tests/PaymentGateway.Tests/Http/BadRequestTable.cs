using System.Text;
using static PaymentGateway.Tests.Http.BadRequest;

namespace PaymentGateway.Tests.Http;

/// <summary>What hostile and mistaken callers send. One line a case: name, request, status, code.</summary>
public static class BadRequestTable
{
    private const string Orders = "/api/payments/orders";
    private const string Intents = "/api/payments/payment-intents";
    private const string Endpoints = "/api/payments/webhook-endpoints";
    private const string Card = "4111111111111111";
    private const string GoodOrder = """{"amount":100,"currency":"INR"}""";

    private static readonly string longText = new('x', 300 * 1024);

    public static IReadOnlyList<BadRequest> All { get; } =
    [
        .. Bodies(), .. OrderFields(), .. Amounts(), .. CardData(), .. Attempts(), .. Intent(), .. Keys(), .. IdempotencyKeys(),
        .. Lists(), .. Strangers(), .. Pages(), .. Addresses(), .. Webhooks(), .. Tokens(),
    ];

    private static BadRequest[] Bodies() =>
    [
        Post("no body", Orders, null, 400, "VALIDATION_FAILED"),
        Post("empty object", Orders, "{}", 400, "VALIDATION_FAILED"),
        Post("a list", Orders, "[]", 400, "INVALID_JSON"),
        Post("a text", Orders, "\"order\"", 400, "INVALID_JSON"),
        Post("a number", Orders, "1", 400, "INVALID_JSON"),
        Post("null", Orders, "null", 400, "INVALID_JSON"),
        Post("true", Orders, "true", 400, "INVALID_JSON"),
        Post("spaces only", Orders, "   ", 400, "INVALID_JSON"),
        Post("not JSON", Orders, "amount=100&currency=INR", 400, "INVALID_JSON"),
        Post("half an object", Orders, """{"amount":100""", 400, "INVALID_JSON"),
        Post("two objects", Orders, GoodOrder + GoodOrder, 400, "INVALID_JSON"),
        Post("a comma too many", Orders, """{"amount":100,"currency":"INR",}""", 400, "INVALID_JSON"),
        Post("a comment", Orders, """{"amount":100,/*INR*/"currency":"INR"}""", 400, "INVALID_JSON"),
        Post("single quotes", Orders, "{'amount':100,'currency':'INR'}", 400, "INVALID_JSON"),
        Post("names without quotes", Orders, "{amount:100,currency:\"INR\"}", 400, "INVALID_JSON"),
        Post("a duplicate key", Orders, """{"amount":100,"amount":1,"currency":"INR"}""", 400, "INVALID_JSON"),
        Post("an escaped duplicate key", Orders, """{"amount":100,"\u0061mount":1,"currency":"INR"}""", 400, "INVALID_JSON"),
        Post("a nested duplicate key", Orders, """{"amount":100,"currency":"INR","metadata":{"a":1,"a":2}}""", 400, "INVALID_JSON"),
        Post("a raw line break in a text", Orders, "{\"amount\":100,\"currency\":\"INR\",\"description\":\"a\nb\"}", 400, "INVALID_JSON"),
        Post("a byte order mark", Orders, (byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(GoodOrder)], 400, "INVALID_JSON"),
        Post("UTF-16", Orders, Encoding.Unicode.GetBytes(GoodOrder), 400, "INVALID_JSON"),
        Post("invalid UTF-8 in a text", Orders,
            (byte[])[.. """{"amount":100,"currency":"INR","description":"""u8, (byte)'"', 0xC3, 0x28, .. "\"}"u8], 400, "INVALID_JSON"),
        Post("invalid UTF-8 in a name", Orders,
            (byte[])[.. """{"amount":100,"currency":"INR","""u8, (byte)'"', 0xFF, .. "\":1}"u8], 400, "INVALID_JSON"),
        Post("overlong UTF-8", Orders,
            (byte[])[.. """{"amount":100,"currency":"INR","description":"""u8, (byte)'"', 0xC0, 0xAF, .. "\"}"u8], 400, "INVALID_JSON"),
        Order("a lone high surrogate", """ "description":"\ud800" """, "INVALID_JSON"),
        Order("a lone low surrogate", """ "description":"\udc00x" """, "INVALID_JSON"),
        Order("a lone surrogate in a name", """ "\ud800":1 """, "INVALID_JSON"),
        Order("a lone surrogate in metadata", """ "metadata":{"a":["\ud83d"]} """, "INVALID_JSON"),
        Order("NUL in a text", """ "description":"a\u0000b" """, "VALIDATION_FAILED"),
        Order("NUL in metadata", """ "metadata":{"deep":[{"a":"\u0000"}]} """, "VALIDATION_FAILED"),
        Order("NUL in a name of metadata", """ "metadata":{"\u0000":1} """, "VALIDATION_FAILED"),
        Order("33 levels", $"\"metadata\":{Nested(33)}", "INVALID_JSON"),
        Order("10,000 levels", $"\"metadata\":{Nested(10_000)}", "INVALID_JSON"),
        Order("300 KB", $"\"description\":\"{longText}\"", "BODY_TOO_LARGE", 413),
        Order("300 KB, chunked", $"\"description\":\"{longText}\"", "BODY_TOO_LARGE", 413) with { Chunked = true },
        Post("a form", Orders, "amount=100", 415, "UNSUPPORTED_MEDIA_TYPE") with { ContentType = "application/x-www-form-urlencoded" },
        Post("plain text", Orders, GoodOrder, 415, "UNSUPPORTED_MEDIA_TYPE") with { ContentType = "text/plain" },
        Post("no content type", Orders, GoodOrder, 415, "UNSUPPORTED_MEDIA_TYPE") with { ContentType = null },
        Post("XML", Orders, "<order/>", 415, "UNSUPPORTED_MEDIA_TYPE") with { ContentType = "application/xml" },
        Post("multipart", Orders, "--x--", 415, "UNSUPPORTED_MEDIA_TYPE") with { ContentType = "multipart/form-data; boundary=x" },
    ];

    private static BadRequest[] OrderFields() =>
    [
        Order("an unknown field", """ "amuont":1 """, "UNKNOWN_FIELD"),
        Order("a field in other letters", """ "Amount":1,"amount":100 """, "UNKNOWN_FIELD"),
        Order("a field of the answer", """ "status":"paid" """, "UNKNOWN_FIELD"),
        Order("a very long unknown name", $"\"{new string('n', 5000)}\":1", "UNKNOWN_FIELD"),
        Order("a prototype", """ "__proto__":{} """, "UNKNOWN_FIELD"),
        Order("no currency", """ "currency":null """, "VALIDATION_FAILED"),
        Order("an unknown currency", """ "currency":"XYZ" """, "UNSUPPORTED_CURRENCY"),
        Order("a currency in small letters", """ "currency":"inr" """, "UNSUPPORTED_CURRENCY"),
        Order("an empty currency", """ "currency":"" """, "UNSUPPORTED_CURRENCY"),
        Order("a currency with a space", """ "currency":"INR " """, "UNSUPPORTED_CURRENCY"),
        Order("a currency with a line break", """ "currency":"INR\n" """, "UNSUPPORTED_CURRENCY"),
        Order("a currency number", """ "currency":356 """, "VALIDATION_FAILED"),
        Order("a list of currencies", """ "currency":["INR"] """, "VALIDATION_FAILED"),
        Order("customerId: a number", """ "customerId":7 """, "VALIDATION_FAILED"),
        Order("customerId: empty", """ "customerId":"" """, "VALIDATION_FAILED"),
        Order("customerId: 256 characters", $"\"customerId\":\"{new string('c', 256)}\"", "VALIDATION_FAILED"),
        Order("merchantOrderId: 256 characters", $"\"merchantOrderId\":\"{new string('m', 256)}\"", "VALIDATION_FAILED"),
        Order("merchantOrderId: an object", """ "merchantOrderId":{} """, "VALIDATION_FAILED"),
        Order("description: 1001 characters", $"\"description\":\"{new string('d', 1001)}\"", "VALIDATION_FAILED"),
        Order("description: false", """ "description":false """, "VALIDATION_FAILED"),
        Order("email: no at", """ "customerEmail":"test.example.com" """, "VALIDATION_FAILED"),
        Order("email: no dot", """ "customerEmail":"test@example" """, "VALIDATION_FAILED"),
        Order("email: two at", """ "customerEmail":"a@b@example.com" """, "VALIDATION_FAILED"),
        Order("email: a space", """ "customerEmail":"a b@example.com" """, "VALIDATION_FAILED"),
        Order("email: a line break behind", """ "customerEmail":"test@example.com\n" """, "VALIDATION_FAILED"),
        Order("email: a header within", """ "customerEmail":"a@example.com\r\nBcc: b@example.com" """, "VALIDATION_FAILED"),
        Order("email: 255 characters", $"\"customerEmail\":\"{new string('a', 243)}@example.com\"", "VALIDATION_FAILED"),
        Order("email: a list", """ "customerEmail":["a@example.com"] """, "VALIDATION_FAILED"),
        Order("phone: letters", """ "customerPhone":"call me" """, "VALIDATION_FAILED"),
        Order("phone: a line break behind", """ "customerPhone":"+919876543210\n" """, "VALIDATION_FAILED"),
        Order("phone: 16 digits", """ "customerPhone":"+9198765432101234" """, "VALIDATION_FAILED"),
        Order("phone: a number", """ "customerPhone":919876543210 """, "VALIDATION_FAILED"),
        Order("phone: other digits", """ "customerPhone":"+९१९८७६५४३२१०" """, "VALIDATION_FAILED"),
        Order("returnUrl: javascript", """ "returnUrl":"javascript:alert(1)" """, "VALIDATION_FAILED"),
        Order("returnUrl: data", """ "returnUrl":"data:text/html,x" """, "VALIDATION_FAILED"),
        Order("returnUrl: relative", """ "returnUrl":"/thanks" """, "VALIDATION_FAILED"),
        Order("returnUrl: no scheme", """ "returnUrl":"//evil.example/x" """, "VALIDATION_FAILED"),
        Order("returnUrl: credentials", """ "returnUrl":"https://user:pw@shop.example/" """, "VALIDATION_FAILED"),
        Order("returnUrl: ftp", """ "returnUrl":"ftp://shop.example/" """, "VALIDATION_FAILED"),
        Order("returnUrl: a file", """ "returnUrl":"file:///etc/passwd" """, "VALIDATION_FAILED"),
        Order("returnUrl: empty", """ "returnUrl":"" """, "VALIDATION_FAILED"),
        Order("returnUrl: line breaks", """ "returnUrl":"https://shop.example/\r\nSet-Cookie: a=b" """, "VALIDATION_FAILED"),
        Order("returnUrl: 2049 characters", $"\"returnUrl\":\"https://shop.example/{new string('a', 2028)}\"", "VALIDATION_FAILED"),
        Order("returnUrl: a number", """ "returnUrl":1 """, "VALIDATION_FAILED"),
        Order("webhookUrl: javascript", """ "webhookUrl":"javascript:1" """, "VALIDATION_FAILED"),
        Order("webhookUrl: credentials", """ "webhookUrl":"https://u@shop.example/" """, "VALIDATION_FAILED"),
        Order("webhookUrl: relative", """ "webhookUrl":"hook" """, "VALIDATION_FAILED"),
        Order("metadata: a text", """ "metadata":"a" """, "VALIDATION_FAILED"),
        Order("metadata: a list", """ "metadata":[1] """, "VALIDATION_FAILED"),
        Order("metadata: a number", """ "metadata":1 """, "VALIDATION_FAILED"),
        Order("metadata: 17 KB", $"\"metadata\":{{\"a\":\"{new string('m', 17 * 1024)}\"}}", "VALIDATION_FAILED"),
        Order("expiresIn: 59", """ "expiresIn":59 """, "VALIDATION_FAILED"),
        Order("expiresIn: 0", """ "expiresIn":0 """, "VALIDATION_FAILED"),
        Order("expiresIn: -60", """ "expiresIn":-60 """, "VALIDATION_FAILED"),
        Order("expiresIn: 2592001", """ "expiresIn":2592001 """, "VALIDATION_FAILED"),
        Order("expiresIn: 1e99", """ "expiresIn":1e99 """, "VALIDATION_FAILED"),
        Order("expiresIn: 99999999999", """ "expiresIn":99999999999 """, "VALIDATION_FAILED"),
        Order("expiresIn: half", """ "expiresIn":60.5 """, "VALIDATION_FAILED"),
        Order("expiresIn: a text", """ "expiresIn":"1800" """, "VALIDATION_FAILED"),
        Order("captureMethod: unknown", """ "captureMethod":"later" """, "VALIDATION_FAILED"),
        Order("captureMethod: a number", """ "captureMethod":1 """, "VALIDATION_FAILED"),
        Order("captureMethod: a number as text", """ "captureMethod":"1" """, "VALIDATION_FAILED"),
        Order("captureMethod: two", """ "captureMethod":"automatic, manual" """, "VALIDATION_FAILED"),
        Order("captureMethod: in capitals", """ "captureMethod":"MANUAL" """, "VALIDATION_FAILED"),
        Order("captureMethod: empty", """ "captureMethod":"" """, "VALIDATION_FAILED"),
        Order("allowedPaymentMethods: empty", """ "allowedPaymentMethods":[] """, "VALIDATION_FAILED"),
        Order("allowedPaymentMethods: unknown", """ "allowedPaymentMethods":["card","cash"] """, "VALIDATION_FAILED"),
        Order("allowedPaymentMethods: a text", """ "allowedPaymentMethods":"card" """, "VALIDATION_FAILED"),
        Order("allowedPaymentMethods: null within", """ "allowedPaymentMethods":[null] """, "VALIDATION_FAILED"),
        Order("allowedPaymentMethods: numbers", """ "allowedPaymentMethods":[1] """, "VALIDATION_FAILED"),
    ];

    private static BadRequest[] Amounts() =>
    [
        Order("amount: missing", """ "amount":null """, "INVALID_AMOUNT"),
        Order("amount: a text", """ "amount":"100" """, "INVALID_AMOUNT"),
        Order("amount: true", """ "amount":true """, "INVALID_AMOUNT"),
        Order("amount: an object", """ "amount":{"value":100} """, "INVALID_AMOUNT"),
        Order("amount: a list", """ "amount":[100] """, "INVALID_AMOUNT"),
        Order("amount: 0", """ "amount":0 """, "INVALID_AMOUNT"),
        Order("amount: 0.00", """ "amount":0.00 """, "INVALID_AMOUNT"),
        Order("amount: -0", """ "amount":-0 """, "INVALID_AMOUNT"),
        Order("amount: -1", """ "amount":-1 """, "INVALID_AMOUNT"),
        Order("amount: 0.001 INR", """ "amount":0.001 """, "INVALID_AMOUNT"),
        Order("amount: 1e-3 INR", """ "amount":1e-3 """, "INVALID_AMOUNT"),
        Order("amount: 1.5 JPY", """ "amount":1.5,"currency":"JPY" """, "INVALID_AMOUNT"),
        Order("amount: 1.2345 KWD", """ "amount":1.2345,"currency":"KWD" """, "INVALID_AMOUNT"),
        Order("amount: 1e400", """ "amount":1e400 """, "AMOUNT_ABOVE_MAXIMUM"),
        Order("amount: 1e999999999999", """ "amount":1e999999999999 """, "AMOUNT_ABOVE_MAXIMUM"),
        Order("amount: twenty nines", """ "amount":99999999999999999999 """, "AMOUNT_ABOVE_MAXIMUM"),
        Order("amount: one over 64 bits", """ "amount":92233720368547758.08 """, "AMOUNT_ABOVE_MAXIMUM"),
        Order("amount: NaN", """ "amount":NaN """, "INVALID_JSON"),
        Order("amount: Infinity", """ "amount":Infinity """, "INVALID_JSON"),
        Order("amount: a leading zero", """ "amount":0100 """, "INVALID_JSON"),
        Order("amount: a plus", """ "amount":+100 """, "INVALID_JSON"),
        Order("amount: hexadecimal", """ "amount":0x10 """, "INVALID_JSON"),
        Order("amount: no digit before the point", """ "amount":.5 """, "INVALID_JSON"),
        Order("amount: a comma", """ "amount":1,5 """, "INVALID_JSON"),
    ];

    private static BadRequest[] CardData() =>
    [
        Order("a card number in the description", $"\"description\":\"paid with {Card}\"", "CARD_DATA_REFUSED"),
        Order("a card number with spaces", """ "description":"4111 1111 1111 1111" """, "CARD_DATA_REFUSED"),
        Order("a card number with dashes", """ "merchantOrderId":"4111-1111-1111-1111" """, "CARD_DATA_REFUSED"),
        Order("an Amex number as customer", """ "customerId":"378282246310005" """, "CARD_DATA_REFUSED"),
        Order("a card number in metadata", $"\"metadata\":{{\"note\":\"{Card}\"}}", "CARD_DATA_REFUSED"),
        Order("a card number deep in metadata", $"\"metadata\":{{\"a\":[{{\"b\":[1,\"x {Card} y\"]}}]}}", "CARD_DATA_REFUSED"),
        Order("a card number as a number", $"\"metadata\":{{\"a\":{Card}}}", "CARD_DATA_REFUSED"),
        Order("a card number as a name", $"\"metadata\":{{\"{Card}\":true}}", "CARD_DATA_REFUSED"),
        Order("a card number in an unknown field", $"\"whatever\":\"{Card}\"", "CARD_DATA_REFUSED"),
        Order("a card number in an address", $"\"returnUrl\":\"https://shop.example/?c={Card}\"", "CARD_DATA_REFUSED"),
        Order("a card number as phone", $"\"customerPhone\":\"{Card}\"", "CARD_DATA_REFUSED"),
        Order("a card number as phone with a plus", $"\"customerPhone\":\"+{Card}\"", "CARD_DATA_REFUSED"),
        Order("a card number in an e-mail address", $"\"customerEmail\":\"{Card}@example.com\"", "CARD_DATA_REFUSED"),
        Order("a security code", """ "cvv":"123" """, "CARD_DATA_REFUSED"),
        Order("a security code in metadata", """ "metadata":{"card":{"CVC":"123"}} """, "CARD_DATA_REFUSED"),
        Order("a field called pan", """ "metadata":{"pan":"x"} """, "CARD_DATA_REFUSED"),
        Pay("a card number as token", $"\"paymentMethod\":\"card\",\"paymentDetails\":{{\"cardToken\":\"{Card}\"}}", "CARD_DATA_REFUSED"),
        Pay("a card in the details", $"\"paymentMethod\":\"card\",\"paymentDetails\":{{\"cardNumber\":\"{Card}\"}}", "CARD_DATA_REFUSED"),
        Pay("a security code beside the token", """ "paymentMethod":"card","paymentDetails":{"cardToken":"{token}","cvv":"123"} """, "CARD_DATA_REFUSED"),
        Post("a card number as a reason", $"{Intents}/{{intent}}/cancel", $"{{\"cancellationReason\":\"{Card}\"}}", 400, "CARD_DATA_REFUSED"),
        Post("a card number of an endpoint", Endpoints, $"{{\"url\":\"https://shop.example/{Card}\"}}", 400, "CARD_DATA_REFUSED"),
    ];

    private static BadRequest[] Attempts() =>
    [
        Post("pay: nothing", "/api/payments", "{}", 400, "VALIDATION_FAILED"),
        Post("pay: no order", "/api/payments", """{"paymentMethod":"card","paymentDetails":{"cardToken":"{token}"}}""", 400, "VALIDATION_FAILED"),
        Post("pay: an order that is not", "/api/payments",
            """{"orderId":"order_none","paymentMethod":"card","paymentDetails":{"cardToken":"{token}"}}""", 404, "ORDER_NOT_FOUND"),
        Pay("no method", """ "paymentDetails":{"cardToken":"{token}"} """, "VALIDATION_FAILED"),
        Pay("an unknown method", """ "paymentMethod":"cash" """, "PAYMENT_METHOD_NOT_AVAILABLE"),
        Pay("a method in capitals", """ "paymentMethod":"CARD","paymentDetails":{"cardToken":"{token}"} """, "PAYMENT_METHOD_NOT_AVAILABLE"),
        Pay("a method that is a list", """ "paymentMethod":["card"] """, "VALIDATION_FAILED"),
        Pay("a card without token", """ "paymentMethod":"card" """, "VALIDATION_FAILED"),
        Pay("a card with null", """ "paymentMethod":"card","paymentDetails":null """, "VALIDATION_FAILED"),
        Pay("an empty token", """ "paymentMethod":"card","paymentDetails":{"cardToken":""} """, "VALIDATION_FAILED"),
        Pay("a token of 256 characters", $"\"paymentMethod\":\"card\",\"paymentDetails\":{{\"cardToken\":\"{new string('t', 256)}\"}}", "VALIDATION_FAILED"),
        Pay("a token that is a number", """ "paymentMethod":"card","paymentDetails":{"cardToken":5} """, "VALIDATION_FAILED"),
        Pay("an unknown token", """ "paymentMethod":"card","paymentDetails":{"cardToken":"tok_none"} """, "INVALID_TOKEN"),
        Pay("another merchant's token", """ "paymentMethod":"card","paymentDetails":{"cardToken":"{theirToken}"} """, "INVALID_TOKEN"),
        Pay("details that are a text", """ "paymentMethod":"card","paymentDetails":"tok" """, "VALIDATION_FAILED"),
        Pay("an unknown detail", """ "paymentMethod":"card","paymentDetails":{"cardToken":"{token}","tip":1} """, "UNKNOWN_FIELD"),
        Pay("a UPI detail of a card", """ "paymentMethod":"card","paymentDetails":{"cardToken":"{token}","vpa":"a@upi"} """, "VALIDATION_FAILED"),
        Pay("a card detail of UPI", """ "paymentMethod":"upi","paymentDetails":{"vpa":"a@upi","cardToken":"{token}"} """, "VALIDATION_FAILED"),
        Pay("UPI without anything", """ "paymentMethod":"upi","paymentDetails":{} """, "VALIDATION_FAILED"),
        Pay("an unknown UPI flow", """ "paymentMethod":"upi","paymentDetails":{"flow":"push"} """, "VALIDATION_FAILED"),
        Pay("an address with the QR flow", """ "paymentMethod":"upi","paymentDetails":{"flow":"qr","vpa":"a@upi"} """, "VALIDATION_FAILED"),
        Pay("a malformed UPI address", """ "paymentMethod":"upi","paymentDetails":{"vpa":"nobody"} """, "VALIDATION_FAILED"),
        Pay("an unknown bank", """ "paymentMethod":"netbanking","paymentDetails":{"bankCode":"NOPE"} """, "PAYMENT_METHOD_NOT_AVAILABLE"),
        Pay("net banking without bank", """ "paymentMethod":"netbanking" """, "VALIDATION_FAILED"),
        Pay("an unknown wallet", """ "paymentMethod":"wallet","paymentDetails":{"wallet":"purse"} """, "PAYMENT_METHOD_NOT_AVAILABLE"),
        Pay("an unknown field", """ "paymentMethod":"card","paymentDetails":{"cardToken":"{token}"},"amount":1 """, "UNKNOWN_FIELD"),
        Pay("returnUrl: javascript", """ "paymentMethod":"wallet","paymentDetails":{"wallet":"paytm"},"returnUrl":"javascript:alert(1)" """, "VALIDATION_FAILED"),
        Pay("returnUrl: relative", """ "paymentMethod":"wallet","paymentDetails":{"wallet":"paytm"},"returnUrl":"/back" """, "VALIDATION_FAILED"),
        Pay("returnUrl: too long",
            $"\"paymentMethod\":\"wallet\",\"paymentDetails\":{{\"wallet\":\"paytm\"}},\"returnUrl\":\"https://a.example/{new string('a', 2048)}\"", "VALIDATION_FAILED"),
        Post("pay on the order: returnUrl: data", $"{Orders}/{{order}}/pay",
            """{"paymentMethod":"wallet","paymentDetails":{"wallet":"paytm"},"returnUrl":"data:text/html,x"}""", 400, "VALIDATION_FAILED"),
        Post("pay on the order: no method", $"{Orders}/{{order}}/pay", "{}", 400, "VALIDATION_FAILED"),
        Post("pay on the order: the id again", $"{Orders}/{{order}}/pay", """{"orderId":"{order}"}""", 400, "UNKNOWN_FIELD"),
        Post("pay a paid order", "/api/payments",
            """{"orderId":"{paidOrder}","paymentMethod":"card","paymentDetails":{"cardToken":"{token}"}}""", 409, "INVALID_STATE"),
        Post("cancel a paid order", $"{Orders}/{{paidOrder}}/cancel", "{}", 409, "INVALID_STATE"),
        Post("cancel an order with a body", $"{Orders}/{{order}}/cancel", """{"reason":"no"}""", 400, "UNKNOWN_FIELD"),
        Post("give up where nothing was tried", $"{Orders}/{{untouchedOrder}}/abandon", "{}", 404, "PAYMENT_NOT_FOUND"),
    ];

    private static BadRequest[] Intent() =>
    [
        Post("intent: nothing", Intents, "{}", 400, "VALIDATION_FAILED"),
        Post("intent: no amount", Intents, """{"currency":"INR"}""", 400, "INVALID_AMOUNT"),
        Post("intent: an order's field", Intents, """{"amount":1,"currency":"INR","expiresIn":60}""", 400, "UNKNOWN_FIELD"),
        Post("intent: confirm without method", Intents, """{"amount":1,"currency":"INR","confirm":true}""", 400, "VALIDATION_FAILED"),
        Post("intent: confirm as text", Intents, """{"amount":1,"currency":"INR","confirm":"yes"}""", 400, "VALIDATION_FAILED"),
        Post("intent: details without method", Intents, """{"amount":1,"currency":"INR","paymentDetails":{}}""", 400, "VALIDATION_FAILED"),
        Post("intent: confirm what is not", $"{Intents}/pay_none/confirm", """{"paymentMethod":"upi","paymentDetails":{"flow":"qr"}}""", 404, "PAYMENT_NOT_FOUND"),
        Post("intent: confirm without any method", $"{Intents}/{{intent}}/confirm", "{}", 400, "VALIDATION_FAILED"),
        Post("intent: confirm with a bad address", $"{Intents}/{{intent}}/confirm",
            """{"paymentMethod":"wallet","paymentDetails":{"wallet":"paytm"},"returnUrl":"javascript:1"}""", 400, "VALIDATION_FAILED"),
        Post("intent: capture what is not held", $"{Intents}/{{intent}}/capture", "{}", 409, "INVALID_STATE"),
        Post("intent: capture twice", $"{Intents}/{{payment}}/capture", "{}", 409, "INVALID_STATE"),
        Post("intent: capture a part", $"{Intents}/{{payment}}/capture", """{"amount":1}""", 400, "UNKNOWN_FIELD"),
        Post("intent: cancel what is paid", $"{Intents}/{{payment}}/cancel", "{}", 409, "INVALID_STATE"),
        Post("intent: cancel without a word", $"{Intents}/{{intent}}/cancel", """{"cancellationReason":""}""", 400, "VALIDATION_FAILED"),
        Post("intent: cancel with 256 characters", $"{Intents}/{{intent}}/cancel",
            $"{{\"cancellationReason\":\"{new string('r', 256)}\"}}", 400, "VALIDATION_FAILED"),
        Post("intent: cancel what is not", $"{Intents}/pay_none/cancel", "{}", 404, "PAYMENT_NOT_FOUND"),
    ];

    private static BadRequest[] Keys() =>
    [
        Get("no key", Orders, 401, "AUTHENTICATION_FAILED") with { As = "none" },
        Get("an empty header", Orders, 401, "AUTHENTICATION_FAILED") with { As = " " },
        Get("only the scheme", Orders, 401, "AUTHENTICATION_FAILED") with { As = "Bearer" },
        Get("Basic of nothing", Orders, 401, "AUTHENTICATION_FAILED") with { As = "Basic " },
        Get("Basic that is not base64", Orders, 401, "AUTHENTICATION_FAILED") with { As = "Basic ###" },
        Get("Basic without colon", Orders, 401, "AUTHENTICATION_FAILED") with { As = "Basic cGs=" },
        Get("Basic of invalid UTF-8", Orders, 401, "AUTHENTICATION_FAILED") with { As = "Basic //8=" },
        Get("a very long Basic", Orders, 401, "AUTHENTICATION_FAILED") with { As = $"Basic {new string('A', 4000)}" },
        Get("a wrong secret", Orders, 401, "AUTHENTICATION_FAILED") with { As = "{key}:sk_test_MERCH_FH_wrong" },
        Get("the secret of another merchant", Orders, 401, "AUTHENTICATION_FAILED") with { As = "{key}:{theirSecret}" },
        Get("key and secret the wrong way round", Orders, 401, "AUTHENTICATION_FAILED") with { As = "{secret}:{key}" },
        Get("an unknown secret key", Orders, 401, "AUTHENTICATION_FAILED") with { As = "Bearer sk_test_none" },
        Get("an unknown publishable key", Orders, 401, "AUTHENTICATION_FAILED") with { As = "Bearer pk_test_none" },
        Get("another scheme", Orders, 401, "AUTHENTICATION_FAILED") with { As = "Digest username=\"a\"" },
        Get("a token with quotes and SQL", Orders, 401, "AUTHENTICATION_FAILED") with { As = "Bearer sk_test_' OR 1=1 --" },
        Get("a secret without its key", Orders, 401, "AUTHENTICATION_FAILED") with { As = "none", Headers = [("X-Api-Secret", "sk_test_x")] },
        Get("a key with a wrong secret", Orders, 401, "AUTHENTICATION_FAILED") with
        {
            As = "none", Headers = [("X-Api-Key", "pk_test_x"), ("X-Api-Secret", "sk_test_x")],
        },
        Get("two ways at once", Orders, 401, "AUTHENTICATION_FAILED") with { Headers = [("X-Api-Key", "pk_test_x"), ("X-Api-Secret", "sk_test_x")] },
        Post("no key and a bad body", Orders, "not json", 401, "AUTHENTICATION_FAILED") with { As = "none" },
        Post("no key and 300 KB", Orders, longText, 401, "AUTHENTICATION_FAILED") with { As = "none" },
        Get("wrong mode: order", $"{Orders}/{{order}}", 404, "ORDER_NOT_FOUND") with { As = "live" },
        Get("wrong mode: payment", "/api/payments/{payment}", 404, "PAYMENT_NOT_FOUND") with { As = "live" },
        Post("wrong mode: pay", "/api/payments",
            """{"orderId":"{order}","paymentMethod":"card","paymentDetails":{"cardToken":"{token}"}}""", 404, "ORDER_NOT_FOUND") with { As = "live" },
        Post("wrong mode: tokenize", "/api/payments/tokens",
            """{"card":{"number":"4111111111111111","cvv":"123","expiry":"12/25"}}""", 403, "UNAUTHORIZED_ACCESS") with { As = "live" },
        Post("live mode has no processor", Orders, GoodOrder, 400, "PAYMENT_METHOD_NOT_AVAILABLE") with { As = "live" },
    ];

    private static BadRequest[] IdempotencyKeys() =>
    [
        Post("key: empty", Orders, GoodOrder, 400, "IDEMPOTENCY_KEY_INVALID") with { Headers = [("Idempotency-Key", "")] },
        Post("key: 256 characters", Orders, GoodOrder, 400, "IDEMPOTENCY_KEY_INVALID") with { Headers = [("Idempotency-Key", new string('k', 256))] },
        Post("key: a space within", Orders, GoodOrder, 400, "IDEMPOTENCY_KEY_INVALID") with { Headers = [("Idempotency-Key", "a b")] },
        Post("key: two headers", Orders, GoodOrder, 400, "IDEMPOTENCY_KEY_INVALID") with
        {
            Headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")],
        },
        Post("key: empty, when paying", "/api/payments",
            """{"orderId":"{order}","paymentMethod":"card","paymentDetails":{"cardToken":"{token}"}}""", 400, "IDEMPOTENCY_KEY_INVALID") with
        {
            Headers = [("Idempotency-Key", "")],
        },
        Post("key: empty, at an endpoint", Endpoints, """{"url":"https://shop.example/hook"}""", 400, "IDEMPOTENCY_KEY_INVALID") with
        {
            Headers = [("Idempotency-Key", "")],
        },
    ];

    private static BadRequest[] Lists() =>
    [
        .. new[] { "0", "101", "-1", "abc", "1.5", "", "99999999999", "%20", "1%00" }.Select(limit =>
            Get($"limit: '{limit}'", $"{Orders}?limit={limit}", 400, "VALIDATION_FAILED")),
        Get("limit: twice", $"{Orders}?limit=1&limit=2", 400, "VALIDATION_FAILED"),
        Get("cursor: nonsense", $"{Orders}?cursor=abc", 400, "VALIDATION_FAILED"),
        Get("cursor: of another kind", $"{Orders}?cursor={{payment}}", 400, "VALIDATION_FAILED"),
        Get("cursor: twice", $"{Orders}?cursor={{order}}&cursor={{order}}", 400, "VALIDATION_FAILED"),
        Get("cursor: empty", $"{Orders}?cursor=", 400, "VALIDATION_FAILED"),
        Get("an unknown filter", $"{Orders}?color=red", 400, "UNKNOWN_FIELD"),
        Get("a filter in other letters", $"{Orders}?Limit=1", 400, "UNKNOWN_FIELD"),
        Get("a filter of another list", "/api/payments/charges?customerId=a", 400, "UNKNOWN_FIELD"),
        Get("an unknown status", $"{Orders}?status=done", 400, "VALIDATION_FAILED"),
        Get("a status of another list", "/api/payments?status=paid", 400, "VALIDATION_FAILED"),
        Get("an unknown status of charges", "/api/payments/charges?status=ok", 400, "VALIDATION_FAILED"),
        Get("a customer of 256 characters", $"{Orders}?customerId={new string('c', 256)}", 400, "VALIDATION_FAILED"),
        .. new[] { "yesterday", "2026-13-01T00:00:00Z", "12", "10:00", "11/01/2026", "March%203", "2026-11-01T25:00:00Z", "1793525411" }.Select(time =>
            Get($"a bad time: {time}", $"{Orders}?createdFrom={time}", 400, "VALIDATION_FAILED")),
        Get("a bad time of payments", "/api/payments?createdTo=never", 400, "VALIDATION_FAILED"),
        Get("a bad time of intents", $"{Intents}?createdTo=never", 400, "VALIDATION_FAILED"),
        Get("a bad limit of events", "/api/payments/events?limit=0", 400, "VALIDATION_FAILED"),
        Get("a bad cursor of endpoints", $"{Endpoints}?cursor={{order}}", 400, "VALIDATION_FAILED"),
    ];

    private static BadRequest[] Strangers() =>
    [
        Get("their order", $"{Orders}/{{theirOrder}}", 404, "ORDER_NOT_FOUND"),
        Get("their payment", "/api/payments/{theirPayment}", 404, "PAYMENT_NOT_FOUND"),
        Get("their intent", $"{Intents}/{{theirPayment}}", 404, "PAYMENT_NOT_FOUND"),
        Get("their charge", "/api/payments/charges/{theirCharge}", 404, "CHARGE_NOT_FOUND"),
        Get("their endpoint", $"{Endpoints}/{{theirEndpoint}}", 404, "WEBHOOK_ENDPOINT_NOT_FOUND"),
        Get("their deliveries", $"{Endpoints}/{{theirEndpoint}}/deliveries", 404, "WEBHOOK_ENDPOINT_NOT_FOUND"),
        Get("their event", "/api/payments/events/{theirEvent}", 404, "EVENT_NOT_FOUND"),
        Get("their settings", "/api/payments/merchants/MERCH_TG_002", 404, "MERCHANT_NOT_FOUND"),
        Get("their keys", "/api/payments/merchants/MERCH_TG_002/api-keys", 404, "MERCHANT_NOT_FOUND"),
        Post("roll their keys", "/api/payments/merchants/MERCH_TG_002/api-keys/roll", "{}", 404, "MERCHANT_NOT_FOUND"),
        Post("pay their order", "/api/payments",
            """{"orderId":"{theirOrder}","paymentMethod":"card","paymentDetails":{"cardToken":"{token}"}}""", 404, "ORDER_NOT_FOUND"),
        Post("pay their order at its address", $"{Orders}/{{theirOrder}}/pay",
            """{"paymentMethod":"card","paymentDetails":{"cardToken":"{token}"}}""", 404, "ORDER_NOT_FOUND"),
        Post("cancel their order", $"{Orders}/{{theirOrder}}/cancel", "{}", 404, "ORDER_NOT_FOUND"),
        Post("give up their attempt", $"{Orders}/{{theirOrder}}/abandon", "{}", 404, "PAYMENT_NOT_FOUND"),
        Post("capture their payment", $"{Intents}/{{theirPayment}}/capture", "{}", 404, "PAYMENT_NOT_FOUND"),
        Post("cancel their payment", $"{Intents}/{{theirPayment}}/cancel", "{}", 404, "PAYMENT_NOT_FOUND"),
        Post("confirm their payment", $"{Intents}/{{theirPayment}}/confirm",
            """{"paymentMethod":"card","paymentDetails":{"cardToken":"{token}"}}""", 404, "PAYMENT_NOT_FOUND"),
        Post("test their endpoint", $"{Endpoints}/{{theirEndpoint}}/test", "{}", 404, "WEBHOOK_ENDPOINT_NOT_FOUND"),
        Post("roll their secret", $"{Endpoints}/{{theirEndpoint}}/roll-secret", "{}", 404, "WEBHOOK_ENDPOINT_NOT_FOUND"),
        new("change their endpoint", "PATCH", $"{Endpoints}/{{theirEndpoint}}", """{"status":"disabled"}""", 404, "WEBHOOK_ENDPOINT_NOT_FOUND"),
        new("delete their endpoint", "DELETE", $"{Endpoints}/{{theirEndpoint}}", null, 404, "WEBHOOK_ENDPOINT_NOT_FOUND"),
        Post("redeliver their event", "/api/payments/events/{theirEvent}/redeliver", "{}", 404, "EVENT_NOT_FOUND"),
    ];

    private static BadRequest[] Pages() =>
    [
        Get("page: an order without client secret", $"{Orders}/{{order}}", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Get("page: a wrong client secret", $"{Orders}/{{order}}?clientSecret=nonsense", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Get("page: an empty client secret", $"{Orders}/{{order}}?clientSecret=", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Get("page: the client secret twice", $"{Orders}/{{order}}?clientSecret={{clientSecret}}&clientSecret={{clientSecret}}", 403, "UNAUTHORIZED_ACCESS") with
        {
            As = "page",
        },
        Get("page: the secret of another order", $"{Orders}/{{paidOrder}}?clientSecret={{clientSecret}}", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Get("page: another merchant's order with its secret", $"{Orders}/{{theirOrder}}?clientSecret={{theirClientSecret}}", 404, "ORDER_NOT_FOUND") with
        {
            As = "page",
        },
        Get("page: a payment without client secret", "/api/payments/{payment}", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Get("page: the list of orders", Orders, 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Get("page: the list of payments", "/api/payments", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Get("page: a charge", "/api/payments/charges/{charge}", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Get("page: events", "/api/payments/events", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Get("page: endpoints", Endpoints, 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Get("page: settings", "/api/payments/merchants/MERCH_FH_001", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Post("page: create an order", Orders, GoodOrder, 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Post("page: create an intent", Intents, GoodOrder, 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Post("page: pay as a server", "/api/payments", "{}", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Post("page: cancel", $"{Orders}/{{order}}/cancel", "{}", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Post("page: capture", $"{Intents}/{{payment}}/capture", "{}", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Post("page: pay without client secret", $"{Orders}/{{order}}/pay",
            """{"paymentMethod":"card","paymentDetails":{"cardToken":"{token}"}}""", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Post("page: pay with a wrong client secret", $"{Orders}/{{order}}/pay",
            """{"clientSecret":"x","paymentMethod":"card","paymentDetails":{"cardToken":"{token}"}}""", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Post("page: give up without client secret", $"{Orders}/{{order}}/abandon", "{}", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
        Post("page: confirm without client secret", $"{Intents}/{{intent}}/confirm", "{}", 403, "UNAUTHORIZED_ACCESS") with { As = "page" },
    ];

    private static BadRequest[] Addresses() =>
    [
        Get("an unknown path", "/api/payments/orders/a/b/c", 404, "NOT_FOUND"),
        Get("an unknown area", "/api/nothing", 404, "NOT_FOUND"),
        Get("above the root", "/../../etc/passwd", 404, "NOT_FOUND"),
        Get("malformed percent encoding", "/api/payments/orders/%zz", 404, "ORDER_NOT_FOUND"),
        Get("a broken percent at the end", "/api/payments/orders/a%", 404, "ORDER_NOT_FOUND"),
        Get("invalid UTF-8 in the path", "/api/payments/orders/%ff%fe", 404, "ORDER_NOT_FOUND"),
        Get("a surrogate in the path", "/api/payments/orders/%ed%a0%80", 404, "ORDER_NOT_FOUND"),
        Get("SQL in the path", "/api/payments/orders/'%20OR%201=1--", 404, "ORDER_NOT_FOUND"),
        Get("a slash in the id", "/api/payments/orders/order%2f1", 404, "ORDER_NOT_FOUND"),
        Get("a long id", $"/api/payments/orders/{new string('o', 4000)}", 404, "ORDER_NOT_FOUND"),
        Get("a charge that is not", "/api/payments/charges/ch_none", 404, "CHARGE_NOT_FOUND"),
        Get("a payment that is not", "/api/payments/pay_none", 404, "PAYMENT_NOT_FOUND"),
        new("PUT an order", "PUT", $"{Orders}/{{order}}", GoodOrder, 405, "METHOD_NOT_ALLOWED"),
        new("DELETE an order", "DELETE", $"{Orders}/{{order}}", null, 405, "METHOD_NOT_ALLOWED"),
        new("PATCH a payment", "PATCH", "/api/payments/{payment}", "{}", 405, "METHOD_NOT_ALLOWED"),
        Get("GET a capture", $"{Intents}/{{payment}}/capture", 405, "METHOD_NOT_ALLOWED"),
        new("OPTIONS", "OPTIONS", Orders, null, 405, "METHOD_NOT_ALLOWED"),
        new("TRACE", "TRACE", Orders, null, 405, "METHOD_NOT_ALLOWED"),
        new("a method of one's own", "BREW", Orders, null, 405, "METHOD_NOT_ALLOWED"),
        new("HEAD", "HEAD", Orders, null, 405, "METHOD_NOT_ALLOWED"),
    ];

    private static BadRequest[] Webhooks() =>
    [
        Post("news of an unknown processor", "/api/payments/webhooks/nobody", "{}", 404, "NOT_FOUND"),
        Post("news without signature", "/api/payments/webhooks/sandbox", "{}", 400, "SIGNATURE_VERIFICATION_FAILED"),
        Post("news with a wrong signature", "/api/payments/webhooks/sandbox", "{}", 400, "SIGNATURE_VERIFICATION_FAILED") with
        {
            Headers = [("X-Sandbox-Signature", new string('0', 64))],
        },
        Post("news with half a signature", "/api/payments/webhooks/sandbox", "{}", 400, "SIGNATURE_VERIFICATION_FAILED") with
        {
            Headers = [("X-Sandbox-Signature", "0")],
        },
        Post("news of 300 KB", "/api/payments/webhooks/sandbox", longText, 413, "BODY_TOO_LARGE"),
        Post("news of 300 KB, chunked", "/api/payments/webhooks/sandbox", longText, 413, "BODY_TOO_LARGE") with { Chunked = true },
        Post("endpoint: nothing", Endpoints, "{}", 400, "VALIDATION_FAILED"),
        Post("endpoint: null", Endpoints, """{"url":null}""", 400, "VALIDATION_FAILED"),
        Post("endpoint: javascript", Endpoints, """{"url":"javascript:1"}""", 400, "WEBHOOK_URL_REFUSED"),
        Post("endpoint: a cloud's secrets", Endpoints, """{"url":"http://169.254.169.254/latest"}""", 400, "WEBHOOK_URL_REFUSED"),
        Post("endpoint: an unknown event", Endpoints, """{"url":"https://shop.example/","events":["payment.maybe"]}""", 400, "VALIDATION_FAILED"),
        Post("endpoint: events that are a text", Endpoints, """{"url":"https://shop.example/","events":"*"}""", 400, "VALIDATION_FAILED"),
    ];

    private static BadRequest[] Tokens() =>
    [
        Post("token: nothing", "/api/payments/tokens", "{}", 400, "VALIDATION_FAILED"),
        Post("token: null", "/api/payments/tokens", """{"card":null}""", 400, "VALIDATION_FAILED"),
        Post("token: a text", "/api/payments/tokens", """{"card":"4111111111111111"}""", 400, "VALIDATION_FAILED"),
        Post("token: an empty card", "/api/payments/tokens", """{"card":{}}""", 400, "VALIDATION_FAILED"),
        Post("token: a number that is no test card", "/api/payments/tokens",
            """{"card":{"number":"4532015112830366","cvv":"123","expiry":"12/25"}}""", 400, "INVALID_CARD"),
        Post("token: a wrong expiry", "/api/payments/tokens",
            """{"card":{"number":"4111111111111111","cvv":"123","expiry":"13/25"}}""", 400, "VALIDATION_FAILED"),
        Post("token: a wrong code", "/api/payments/tokens",
            """{"card":{"number":"4111111111111111","cvv":"12","expiry":"12/25"}}""", 400, "VALIDATION_FAILED"),
        Post("token: an unknown field", "/api/payments/tokens",
            """{"card":{"number":"4111111111111111","cvv":"123","expiry":"12/25","pin":"1"}}""", 400, "UNKNOWN_FIELD"),
        Post("token: a number as number", "/api/payments/tokens",
            """{"card":{"number":4111111111111111,"cvv":"123","expiry":"12/25"}}""", 400, "VALIDATION_FAILED"),
    ];

    private static string Nested(int depth) => new string('[', depth).Insert(0, "{\"a\":") + new string(']', depth) + "}";
}
