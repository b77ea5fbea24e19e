using System.Reflection;

namespace PaymentGateway.Http;

/// <summary>The one catalogue of error codes. The page <c>/docs/errors</c> is printed from it.</summary>
public static class Errors
{
    public static readonly ErrorKind ValidationFailed = Changed("VALIDATION_FAILED", 400,
        "Some fields of the request are not valid.", "details.fields names each field and what is wrong with it.");

    public static readonly ErrorKind UnknownField = Changed("UNKNOWN_FIELD", 400,
        "The request has a field that this endpoint does not know.", "Remove the field named in details.fields, or correct its spelling.");

    public static readonly ErrorKind InvalidJson = Changed("INVALID_JSON", 400,
        "The request body is not valid JSON.", "Send one JSON object in UTF-8 with Content-Type application/json.");

    public static readonly ErrorKind BodyTooLarge = Changed("BODY_TOO_LARGE", 413,
        "The request body is too large.", "Keep the body under 256 KiB; put large data into your own system and its id into metadata.");

    public static readonly ErrorKind UnsupportedMediaType = Changed("UNSUPPORTED_MEDIA_TYPE", 415,
        "The body is not sent as JSON.", "Send Content-Type: application/json.");

    public static readonly ErrorKind MethodNotAllowed = Never("METHOD_NOT_ALLOWED", 405,
        "This address does not take that HTTP method.", "The Allow header lists the methods it takes.");

    public static readonly ErrorKind InvalidAmount = Changed("INVALID_AMOUNT", 400,
        "The amount is not valid.", "Send a positive JSON number in major units with no more decimals than the currency has.");

    public static readonly ErrorKind AmountBelowMinimum = Changed("AMOUNT_BELOW_MINIMUM", 400,
        "The amount is below the minimum.", "details.minimum is the smallest amount that can be taken.");

    public static readonly ErrorKind AmountAboveMaximum = Changed("AMOUNT_ABOVE_MAXIMUM", 400,
        "The amount is above the maximum.", "details.maximum is the largest amount that can be taken.");

    public static readonly ErrorKind UnsupportedCurrency = Changed("UNSUPPORTED_CURRENCY", 400,
        "The currency is not known or cannot be paid in.", "Send an ISO 4217 code in capitals, such as INR.");

    public static readonly ErrorKind AuthenticationFailed = Changed("AUTHENTICATION_FAILED", 401,
        "The API key is missing or not valid.", "Send Basic base64(apiKey:apiSecret), Bearer sk_…, or X-Api-Key with X-Api-Secret.");

    public static readonly ErrorKind UnauthorizedAccess = Never("UNAUTHORIZED_ACCESS", 403,
        "This key may not do that.", "A publishable key needs the object's clientSecret and sees that one object; use the secret key on a server.");

    public static readonly ErrorKind IpNotAllowed = Never("IP_NOT_ALLOWED", 403,
        "Calls from this address are not allowed.", "Add the address to the merchant's IP allow-list, or call from one that is on it.");

    public static readonly ErrorKind LoginFailed = Changed("LOGIN_FAILED", 401,
        "The e-mail address or the password is wrong, or the address is not confirmed yet.",
        "Which of them is not told. Let the person try again, reset the password, or have the confirmation sent again.");

    public static readonly ErrorKind SessionExpired = Never("SESSION_EXPIRED", 401,
        "The session is over.", "Refresh the access token; when that is refused too, sign in again.");

    public static readonly ErrorKind TooManyAttempts = Later("TOO_MANY_ATTEMPTS", 429,
        "There were too many attempts.", "Wait for the seconds in Retry-After. They double with each further failure.");

    public static readonly ErrorKind AccountLocked = Never("ACCOUNT_LOCKED", 403,
        "There were too many wrong passwords or codes in a row.", "Reset the password by mail: that opens the account again.");

    public static readonly ErrorKind LinkInvalid = Never("LINK_INVALID", 400,
        "The link is not valid, was used, or has expired.", "Have a new one sent.");

    public static readonly ErrorKind CsrfTokenInvalid = Changed("CSRF_TOKEN_INVALID", 403,
        "The CSRF token is missing or does not fit.", "GET /api/payment/csrf-token and send its csrfToken as X-CSRF-Token, with the cookie.");

    public static readonly ErrorKind SessionNotFound = Never("SESSION_NOT_FOUND", 404,
        "There is no such session.", "Check the id; a session that is over is not found any more.");

    public static readonly ErrorKind MemberNotFound = Never("MEMBER_NOT_FOUND", 404,
        "There is no such member of the team.", "GET members lists those there are.");

    public static readonly ErrorKind InvitationNotFound = Never("INVITATION_NOT_FOUND", 404,
        "There is no such invitation.", "Check the id; one that was accepted, withdrawn or has expired is not found any more.");

    public static readonly ErrorKind LastOwner = Never("LAST_OWNER", 409,
        "The last owner of a team cannot leave it or stop being its owner.", "Make somebody else an owner first.");

    public static readonly ErrorKind SignatureVerificationFailed = Never("SIGNATURE_VERIFICATION_FAILED", 400,
        "The signature does not fit the message.", "Check the secret, and that the body is signed byte for byte as it is sent.");

    public static readonly ErrorKind WebhookNotAuthentic = Never("WEBHOOK_NOT_AUTHENTIC", 401,
        "The message is not the gateway's.", "Set the user and password of the webhook at the gateway as they stand in the account here.");

    public static readonly ErrorKind RateLimitExceeded = Later("RATE_LIMIT_EXCEEDED", 429,
        "Too many requests.", "Wait for the seconds in Retry-After, then go on at a lower rate.");

    public static readonly ErrorKind JobNotFound = Never("JOB_NOT_FOUND", 404,
        "There is no such job.", "GET /api/admin/jobs lists them by name.");

    public static readonly ErrorKind NotFound = Never("NOT_FOUND", 404,
        "There is nothing at this address.", "Check the address and the id; another mode's objects are not visible either.");

    public static readonly ErrorKind MerchantNotFound = Never("MERCHANT_NOT_FOUND", 404,
        "There is no such merchant.", "Check the id: a key sees its own merchant only.");

    public static readonly ErrorKind ProcessorNotFound = Never("PROCESSOR_NOT_FOUND", 404,
        "There is no such processor here.", "GET processors lists those of this server.");

    public static readonly ErrorKind ProcessorAccountNotFound = Never("PROCESSOR_ACCOUNT_NOT_FOUND", 404,
        "You have no account at this processor.", "PUT processors/{processor}/account sets it, in the mode of the key.");

    public static readonly ErrorKind OrderNotFound = Never("ORDER_NOT_FOUND", 404,
        "There is no such order.", "Check the id, and that the key is of the same merchant and mode as the order.");

    public static readonly ErrorKind PaymentNotFound = Never("PAYMENT_NOT_FOUND", 404,
        "There is no such payment.", "Check the id, and that the key is of the same merchant and mode as the payment.");

    public static readonly ErrorKind ChargeNotFound = Never("CHARGE_NOT_FOUND", 404,
        "There is no such charge.", "Check the id, and that the key is of the same merchant and mode as the charge.");

    public static readonly ErrorKind QrCodeNotFound = Never("QR_CODE_NOT_FOUND", 404,
        "There is no such QR code.", "Check the id, and that the key is of the same merchant and mode as the code.");

    public static readonly ErrorKind InvalidCourseId = Never("INVALID_COURSE_ID", 404,
        "There is no such course.", "Check the id, and that the merchant and mode are those of the course; one that is not sold any more is gone for students.");

    public static readonly ErrorKind DiscountCodeNotFound = Never("DISCOUNT_CODE_NOT_FOUND", 404,
        "There is no such discount code.", "Check the id: it begins with disc_, and is not what students type.");

    public static readonly ErrorKind DiscountCodeExists = Changed("DISCOUNT_CODE_EXISTS", 409,
        "There is a discount code of this name already.", "Choose another name, or change the one that there is.");

    public static readonly ErrorKind InvalidDiscountCode = Changed("INVALID_DISCOUNT_CODE", 400,
        "The discount code does not count here.", "details.fields says why; start without a code, or with another.");

    public static readonly ErrorKind InvalidTransactionId = Changed("INVALID_TRANSACTION_ID", 400,
        "This is not the id of a transaction.", "It is TXN_ and ten or more capitals and digits, as the start of the payment answered.");

    public static readonly ErrorKind TransactionNotFound = Never("TRANSACTION_NOT_FOUND", 404,
        "There is no such transaction.", "Check the id, and that the merchant and mode are those of the transaction; a student sees their own only.");

    public static readonly ErrorKind PaymentAlreadySuccessful = Never("PAYMENT_ALREADY_SUCCESSFUL", 409,
        "The payment has succeeded already.", "Nothing is left to pay; the status of the transaction shows it.");

    public static readonly ErrorKind EnrollmentNotFound = Never("ENROLLMENT_NOT_FOUND", 404,
        "There is no such enrolment.", "Check the id; a student sees their own only.");

    public static readonly ErrorKind EnrollmentExists = Never("ENROLLMENT_EXISTS", 409,
        "The student has this course already.", "Open the course; it is not paid twice.");

    public static readonly ErrorKind SplitPaymentNotFound = Never("SPLIT_PAYMENT_NOT_FOUND", 404,
        "There is no such split payment.", "Check the id, and that the key is of the same merchant and mode as the split payment.");

    public static readonly ErrorKind SplitMismatch = Changed("SPLIT_MISMATCH", 400,
        "The parts do not add up to the order's amount.", "details.sumOfParts is what they add up to, details.orderAmount what they must.");

    public static readonly ErrorKind RefundNotFound = Never("REFUND_NOT_FOUND", 404,
        "There is no such refund.", "Check the id, and that the key is of the same merchant and mode as the refund.");

    public static readonly ErrorKind ReceiptNotFound = Never("RECEIPT_NOT_FOUND", 404,
        "There is no such receipt.", "Check the id, and that the key is of the same merchant and mode as the receipt.");

    public static readonly ErrorKind ReceiptNotAvailable = Never("RECEIPT_NOT_AVAILABLE", 409,
        "The receipt is not available, or not in this form.", "details.reason says why; details.html is its page where it has one.");

    public static readonly ErrorKind MandateNotFound = Never("MANDATE_NOT_FOUND", 404,
        "There is no such mandate.", "Check the id, and that the key is of the same merchant and mode as the mandate.");

    public static readonly ErrorKind SetupIntentNotFound = Never("SETUP_INTENT_NOT_FOUND", 404,
        "There is no such setup intent.", "Check the id, and that the key is of the same merchant and mode as the setup intent.");

    public static readonly ErrorKind DisputeNotFound = Never("DISPUTE_NOT_FOUND", 404,
        "There is no such dispute.", "Check the id, and that the key is of the same merchant and mode as the dispute.");

    public static readonly ErrorKind EvidenceFileNotFound = Never("EVIDENCE_FILE_NOT_FOUND", 404,
        "There is no such evidence file.", "Check both ids, and that the key is of the same merchant and mode as the dispute.");

    public static readonly ErrorKind EvidenceFileRefused = Changed("EVIDENCE_FILE_REFUSED", 400,
        "The file cannot be taken as evidence.", "Send a PDF, PNG or JPEG of at most 4 MiB; what counts is what the file holds, not its name.");

    public static readonly ErrorKind WorkItemNotFound = Never("WORK_ITEM_NOT_FOUND", 404,
        "There is no such work item.", "Check the id, and that the key is of the same merchant and mode as the work item.");

    public static readonly ErrorKind CustomerNotFound = Never("CUSTOMER_NOT_FOUND", 404,
        "There is no such customer.", "Check the id, and that the key is of the same merchant and mode as the customer; a deleted one is gone.");

    public static readonly ErrorKind PaymentMethodNotFound = Never("PAYMENT_METHOD_NOT_FOUND", 404,
        "There is no such saved payment method.", "Check the id, and that the key is of the same merchant and mode as the method.");

    public static readonly ErrorKind TooManyPaymentMethods = Changed("TOO_MANY_PAYMENT_METHODS", 409,
        "The customer has as many payment methods as one can have.", "Detach one first; details.maximum is how many fit.");

    public static readonly ErrorKind WebhookEndpointNotFound = Never("WEBHOOK_ENDPOINT_NOT_FOUND", 404,
        "There is no such webhook endpoint.", "Check the id, and that the key is of the same merchant and mode as the endpoint.");

    public static readonly ErrorKind EventNotFound = Never("EVENT_NOT_FOUND", 404,
        "There is no such event.", "Check the id, and that the key is of the same merchant and mode as the event.");

    public static readonly ErrorKind AuditLogNotFound = Never("AUDIT_LOG_NOT_FOUND", 404,
        "There is no such audit log.", "Check the id, and that the key is of the same merchant and mode as the audit log.");

    public static readonly ErrorKind ExperimentNotFound = Never("EXPERIMENT_NOT_FOUND", 404,
        "There is no such experiment.", "Check the id; one that was taken out of the routing rules is not found any more.");

    public static readonly ErrorKind VersionConflict = Changed("VERSION_CONFLICT", 409,
        "It was changed since you read it.", "Read it again, repeat your change on what it is now, and send details.version as its version.");

    public static readonly ErrorKind TestClockNotFound = Never("TEST_CLOCK_NOT_FOUND", 404,
        "There is no such test clock.", "Check the id, and that the key is of the same merchant; live mode has no clock.");

    public static readonly ErrorKind WebhookUrlRefused = Changed("WEBHOOK_URL_REFUSED", 400,
        "The URL cannot be called from here.", "Send a public https URL without credentials; the sandbox also takes http and private addresses.");

    public static readonly ErrorKind IdempotencyKeyInvalid = Changed("IDEMPOTENCY_KEY_INVALID", 400,
        "The Idempotency-Key is not valid.", "Send 1 to 255 visible ASCII characters, such as a UUID.");

    public static readonly ErrorKind IdempotencyKeyReused = Changed("IDEMPOTENCY_KEY_REUSED", 422,
        "This Idempotency-Key was used with another request.", "Take a new key for a new request; a repeat must have the same body.");

    public static readonly ErrorKind IdempotencyInProgress = Later("IDEMPOTENCY_IN_PROGRESS", 409,
        "The first request with this Idempotency-Key is still running.", "Wait for Retry-After and send the same request again.");

    public static readonly ErrorKind InvalidState = Never("INVALID_STATE", 409,
        "This is not possible in the present state.", "details.state is the state, details.allowed what can be done in it.");

    public static readonly ErrorKind NotSupported = Changed("NOT_SUPPORTED", 400,
        "This cannot be done with this payment.", "The message says what its processor or its order does not allow.");

    public static readonly ErrorKind OrderExpired = Never("ORDER_EXPIRED", 409,
        "The order has expired.", "Create a new order.");

    public static readonly ErrorKind RefundNotEligible = Never("REFUND_NOT_ELIGIBLE", 409,
        "This payment cannot be refunded.", "Only captured money can be given back; release a hold by canceling the payment.");

    public static readonly ErrorKind PaymentAlreadyRefunded = Never("PAYMENT_ALREADY_REFUNDED", 409,
        "The whole payment is refunded already.", "Look at its refunds; one that fails frees its amount again.");

    public static readonly ErrorKind RefundAmountExceedsOriginal = Changed("REFUND_AMOUNT_EXCEEDS_ORIGINAL", 400,
        "The refund is larger than what is left of the payment.", "details.refundable is what is left.");

    public static readonly ErrorKind PaymentDisputed = Never("PAYMENT_DISPUTED", 409,
        "The customer's bank disputes this payment.", "details.refundable can still be refunded; the rest is decided by the dispute.");

    public static readonly ErrorKind DisputeResponseDeclined = Never("DISPUTE_RESPONSE_DECLINED", 409,
        "The processor did not take the answer to the dispute.", "The dispute in error.details.dispute says why, and what it is now.");

    public static readonly ErrorKind SameApprover = Never("SAME_APPROVER", 403,
        "This needs the approval of somebody else.", "Approve with another key than the one that asked for it, or that approved it before.");

    public static readonly ErrorKind TwoFactorAuthRequired = Changed("TWO_FACTOR_AUTH_REQUIRED", 403,
        "This needs a second factor.", "Send the one-time code of the person; an API key has no second factor.");

    public static readonly ErrorKind TwoFactorAuthFailed = Changed("TWO_FACTOR_AUTH_FAILED", 403,
        "The one-time code is wrong or was used already.", "Wait for the next code of the app; each is good once, and for one thing.");

    public static readonly ErrorKind RetryLimitExceeded = Never("RETRY_LIMIT_EXCEEDED", 409,
        "This payment was tried too often.", "Create a new order.");

    public static readonly ErrorKind PaymentMethodNotAvailable = Changed("PAYMENT_METHOD_NOT_AVAILABLE", 400,
        "This payment method cannot be used here.", "details.allowed lists the methods that can.");

    public static readonly ErrorKind EmiNotAvailable = Changed("EMI_NOT_AVAILABLE", 400,
        "This card or amount cannot be paid off monthly.", "details.reason says why; details.allowed lists the tenures, where another would do.");

    public static readonly ErrorKind BnplNotAvailable = Changed("BNPL_NOT_AVAILABLE", 400,
        "This customer cannot pay this amount later.", "details.reason says why, details.availableCredit what is left of the credit line.");

    public static readonly ErrorKind ConsentRequired = Changed("CONSENT_REQUIRED", 400,
        "The customer has not agreed to pay later.", "Show the plan, ask the customer, and send customerConsent: true.");

    public static readonly ErrorKind InstallmentNotFound = Never("INSTALLMENT_NOT_FOUND", 404,
        "There is no such instalment.", "Check the id, and that the key is of the same merchant and mode as the instalment.");

    public static readonly ErrorKind InvalidToken = Changed("INVALID_TOKEN", 400,
        "The card token is not known, was used or has expired.", "Tokenize the card again.");

    public static readonly ErrorKind CardDeclined = Changed("CARD_DECLINED", 402,
        "The card was declined.", "Ask for another card or method; the bank gives no more detail.");

    public static readonly ErrorKind InsufficientFunds = Changed("INSUFFICIENT_FUNDS", 402,
        "There is not enough money on the account.", "Ask for another card or method.");

    public static readonly ErrorKind InsufficientBalance = Changed("INSUFFICIENT_BALANCE", 402,
        "There is not enough on the customer's balance.", "Credit the balance, or ask for another method; details.available says what is left.");

    public static readonly ErrorKind CardExpired = Changed("CARD_EXPIRED", 402,
        "The card has expired.", "Ask for another card.");

    public static readonly ErrorKind InvalidCvv = Changed("INVALID_CVV", 402,
        "The security code is wrong.", "Ask the customer to type the security code again.");

    public static readonly ErrorKind InvalidCard = Changed("INVALID_CARD", 400,
        "The card number is not valid here.", "In the sandbox only published test numbers are taken; see /docs/testing.");

    public static readonly ErrorKind InvalidBankAccount = Changed("INVALID_BANK_ACCOUNT", 400,
        "The bank account cannot be used.", "Correct the number; in the sandbox use one of the test accounts of /docs/testing.");

    public static readonly ErrorKind BankAccountClosed = Changed("BANK_ACCOUNT_CLOSED", 402,
        "The bank account is closed.", "Ask the customer for another account and a new mandate.");

    public static readonly ErrorKind BankDebitReturned = Never("BANK_DEBIT_RETURNED", 402,
        "The customer's bank took the money of a debit back.", "The amount is owed again: ask the customer, and make a new order for it.");

    public static readonly ErrorKind MandateNotActive = Never("MANDATE_NOT_ACTIVE", 409,
        "The mandate cannot be debited.", "details.status says where it stands; one that is over needs a new mandate.");

    public static readonly ErrorKind MandateLimitExceeded = Changed("MANDATE_LIMIT_EXCEEDED", 400,
        "The debit is beyond what the customer agreed to.", "details.limit names which: amount, count, start or end.");

    public static readonly ErrorKind MandateNoticeRequired = Changed("MANDATE_NOTICE_REQUIRED", 409,
        "The customer was not told of this debit early enough.",
        "Send the notice with POST /api/payments/mandates/{id}/notices and debit its amount between debitFrom and debitUntil.");

    public static readonly ErrorKind AuthenticationAbandoned = Changed("AUTHENTICATION_ABANDONED", 402,
        "The customer did not pass the bank's check.", "Let the customer try again or choose another method.");

    public static readonly ErrorKind CardAuthenticationFailed = Changed("CARD_AUTHENTICATION_FAILED", 402,
        "The bank did not recognize the card holder.", "Let the customer try again or choose another method.");

    public static readonly ErrorKind CardAuthenticationRejected = Changed("CARD_AUTHENTICATION_REJECTED", 402,
        "The bank refuses this payment by this card.", "Do not try this card again for this payment; offer another card or method.");

    public static readonly ErrorKind CardAuthenticationUnavailable = Later("CARD_AUTHENTICATION_UNAVAILABLE", 402,
        "The bank could not check the card holder.", "Try again later or offer another method; threeDSecure.onUnavailable of the merchant decides.");

    public static readonly ErrorKind AuthenticationRequired = Changed("AUTHENTICATION_REQUIRED", 402,
        "The bank asks for the customer.", "The payment was made with offSession; bring the customer back and confirm it without.");

    public static readonly ErrorKind AuthorizationExpired = Changed("AUTHORIZATION_EXPIRED", 402,
        "The authorization is over and its money is released.", "Ask the customer to pay again, and capture before charges[].captureBefore.");

    public static readonly ErrorKind LimitExceeded = Changed("LIMIT_EXCEEDED", 402,
        "The amount is over the customer's limit at the bank.", "Ask for another method or a smaller amount.");

    public static readonly ErrorKind SuspectedFraud = Never("SUSPECTED_FRAUD", 402,
        "The payment was refused as suspicious.", "Do not try this card again.");

    public static readonly ErrorKind UpiDeclined = Changed("UPI_DECLINED", 402,
        "The UPI payment was declined.", "Ask the customer to approve it in the app or to choose another method.");

    public static readonly ErrorKind UpiTimeout = Changed("UPI_TIMEOUT", 402,
        "The UPI request was not answered in time.", "Start the payment again.");

    public static readonly ErrorKind CollectNotAllowed = Changed("COLLECT_NOT_ALLOWED", 400,
        "UPI requests to an address are switched off for this merchant.",
        "Use the flow intent or qr, or switch upi.collect on where your trade may use it.");

    public static readonly ErrorKind BankUnavailable = Later("BANK_UNAVAILABLE", 400,
        "This bank cannot be used at the moment.", "Offer another bank or method; GET /api/payments/netbanking/banks says which are up.");

    public static readonly ErrorKind PaymentDeclined = Changed("PAYMENT_DECLINED", 402,
        "The payment was declined.", "Ask for another method.");

    public static readonly ErrorKind ProcessingError = Later("PROCESSING_ERROR", 402,
        "The processor or the bank could not work on the payment.", "Try again in a little while, or another method; nothing was charged.");

    public static readonly ErrorKind ProcessorRejected = Never("PROCESSOR_REJECTED", 402,
        "The processor does not take this payment.", "The processor's own word stands at the charge; POST processors/{processor}/account/test tries the keys.");

    public static readonly ErrorKind RefundDeclined = Changed("REFUND_DECLINED", 402,
        "The processor declined the refund.", "The amount can be refunded again; failureReason of the refund says more.");

    public static readonly ErrorKind GatewayTimeout = Later("GATEWAY_TIMEOUT", 402,
        "The processor never received the payment.", "Nothing was charged; the customer can try again.");

    public static readonly ErrorKind GatewayUnavailable = Later("GATEWAY_UNAVAILABLE", 503,
        "No processor can take this payment at the moment.", "Nothing was charged; try again after Retry-After.");

    public static readonly ErrorKind GatewayConnectionFailed = Later("GATEWAY_CONNECTION_FAILED", 502,
        "The gateway did not answer.", "That says nothing about the keys: test the connection again in a while.");

    public static readonly ErrorKind GatewayAuthFailed = Changed("GATEWAY_AUTH_FAILED", 502,
        "The gateway does not take the keys.", "Compare the merchant id and the credentials with the gateway's dashboard, and their mode.");

    public static readonly ErrorKind InvalidConfiguration = Changed("INVALID_CONFIGURATION", 400,
        "The configuration is not valid or not complete.", "details.fields names each field and what is wrong with it, where fields were sent.");

    public static readonly ErrorKind ServerBusy = Later("SERVER_BUSY", 503,
        "The server has more to write than it can keep up with.", "Nothing was done; send the same request again after Retry-After.");

    public static readonly ErrorKind CardDataRefused = Changed("CARD_DATA_REFUSED", 400,
        "A card number or security code was sent where it may not be.", "Tokenize the card in the browser and send the token.");

    public static readonly ErrorKind InternalError = Later("INTERNAL_ERROR", 500,
        "Something went wrong on our side.", "Repeat the request with the same Idempotency-Key; tell support the requestId.");

    /// <summary>Every entry, in the order of this file.</summary>
    public static IReadOnlyList<ErrorKind> All { get; } =
    [
        .. typeof(Errors).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ErrorKind))
            .Select(field => (ErrorKind)field.GetValue(null)!),
    ];

    private static readonly Dictionary<string, ErrorKind> byCode = All.ToDictionary(kind => kind.Code);

    /// <summary>The entry of a stored code. A code is never taken out of the catalogue, so it is there.</summary>
    public static ErrorKind ByCode(string code) => byCode[code];

    private static ErrorKind Never(string code, int status, string sentence, string advice) =>
        new(code, status, sentence, advice, RetryAdvice.Never);

    private static ErrorKind Later(string code, int status, string sentence, string advice) =>
        new(code, status, sentence, advice, RetryAdvice.Later);

    private static ErrorKind Changed(string code, int status, string sentence, string advice) =>
        new(code, status, sentence, advice, RetryAdvice.Changed);
}
