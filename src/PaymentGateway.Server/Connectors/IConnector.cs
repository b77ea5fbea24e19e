using System.Text.Json;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors;

/// <summary>
/// One processor. A connector maps our words to the processor's and back, and holds no policy: timeouts, breakers, masked logs and
/// metrics stand around it once, in GuardedConnector; what to do with an outcome is decided in Payments.
/// </summary>
/// <remarks>
/// Every call carries our key. The processor deduplicates by it, so a repeated call with one key moves money at most once, and
/// <see cref="Status"/> can ask by it what became of a call whose answer was lost. A connector never guesses: what is not clearly
/// success or clearly failure is <see cref="ConnectorOutcome.Pending"/>, and no answer at all is
/// <see cref="ConnectorOutcome.Unknown"/>.
/// </remarks>
public interface IConnector
{
    /// <summary>Lower case, stable: it is stored with every charge and stands in the webhook address.</summary>
    string Name { get; }

    ConnectorCapabilities Capabilities { get; }

    /// <summary>Authorizes, and captures at once when <see cref="AuthorizeCall.Capture"/> is set.</summary>
    Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel);

    /// <summary>
    /// Takes authorized money, in full or a part. <see cref="ConnectorOutcome.Captured"/> only when this very key took its amount; an
    /// authorization that is over is declined with <c>AUTHORIZATION_EXPIRED</c>.
    /// </summary>
    Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel);

    /// <summary>
    /// Raises an authorization to the call's amount. <see cref="ConnectorOutcome.Authorized"/> when it stands at that amount now; a
    /// decline leaves it as it was. Called only where <see cref="HoldFeatures.Increments"/> is declared.
    /// </summary>
    Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel);

    /// <summary>Releases authorized money that is not captured, or gives up an attempt that still waits for the customer.</summary>
    Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel);

    /// <summary>
    /// What the processor knows about the attempt with our key now, or about the capture or increment that the call names: whether
    /// that very request was done, declined, or never arrived.
    /// </summary>
    Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel);

    /// <summary>What the processor tells of a tokenized card before it is charged; null: it tells nothing, or has no such card.</summary>
    Task<MethodSummary?> FindCard(Tenant tenant, string token, CancellationToken cancel) => Task.FromResult<MethodSummary?>(null);

    /// <summary>
    /// What the processor tells of a card or address that it could keep; null: it tells nothing before it keeps it, or there is no such card.
    /// </summary>
    Task<MethodPreview?> Preview(Tenant tenant, SaveSource source, CancellationToken cancel) => Task.FromResult<MethodPreview?>(null);

    /// <summary>Keeps a way to pay. A repeat with the same key is the same saved method. Only where it is declared.</summary>
    Task<SaveOutcome> Save(SaveCall call, CancellationToken cancel) => throw new NotSupportedException($"{Name} declares no saved methods.");

    /// <summary>Lets go of a saved method, also of one whose save has not arrived: that is kept out. Only where saving is declared.</summary>
    Task<SaveOutcome> Forget(ForgetCall call, CancellationToken cancel) => throw new NotSupportedException($"{Name} declares no saved methods.");

    /// <summary>What tells a tokenized card from others without naming it; null: the processor does not say, or has no such card.</summary>
    Task<string?> FindCardFingerprint(Tenant tenant, string token, CancellationToken cancel) => Task.FromResult<string?>(null);

    /// <summary>Gives captured money back, in full or in part. A repeat with the same key is the same refund.</summary>
    Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel);

    /// <summary>Takes a refund back that is not done yet; answers what the refund is afterwards. Only where it is declared.</summary>
    Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel);

    /// <summary>What the processor knows about the refund with our key now.</summary>
    Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel);
}

/// <param name="Methods">What can be paid with: <c>card</c>, <c>upi</c>, <c>netbanking</c>, <c>wallet</c>, <c>emi</c>, <c>bnpl</c>, <c>account</c>.</param>
/// <param name="Currencies">Null: every currency.</param>
/// <param name="Modes">Where it may be used; the sandbox never sees live mode.</param>
/// <param name="NotFoundFinalAfter">
/// How long after the call "not found" is the processor's final word that it never received it; at least twice the call's timeout.
/// </param>
/// <param name="Cards">Where a browser sends a card; null when it takes no cards from browsers.</param>
/// <param name="Banks">Code and name of each bank for net banking.</param>
/// <param name="Wallets">Code and name of each wallet.</param>
/// <param name="Holds">What can be done with authorized money; null: it is captured once and in full, or released.</param>
/// <param name="Refunds">Null: it cannot refund.</param>
/// <param name="Saves">Null: it keeps no way to pay.</param>
/// <param name="Countries">Where the payer must be, of those methods that are not for everywhere.</param>
/// <param name="BanksDown">Codes of those banks that cannot be used at the moment.</param>
/// <param name="WalletCurrencies">The codes of the currencies of those wallets that do not take every one.</param>
/// <param name="QrPayee">Whom a QR code pays; null when it takes no payments by QR code.</param>
/// <param name="Mandates">The types of mandates that it can set up and debit; then it is an <see cref="IMandateConnector"/>.</param>
/// <param name="TakenAtOnce">Methods whose money moves when the customer agrees: a split payment runs them after all that can be held.</param>
/// <param name="CurrenciesByMethod">Of those methods that do not take all of <paramref name="Currencies"/>.</param>
/// <param name="ClosesKeys">
/// A void of a key that the processor has not seen keeps a later authorization with it out. Where it does not, a void of such a key is
/// unknown until <paramref name="NotFoundFinalAfter"/>, and a payment that still comes after that contradicts us: people end it.
/// </param>
/// <param name="TokenPrefixes">What its tokens of cards begin with; null: nobody can tell, and they must be sent with its name.</param>
/// <param name="Disputes">Null: it takes no answers to disputes. Their news it may send all the same.</param>
/// <param name="NetworkTransactionIds">It tells the id that the card network gave to a payment by card.</param>
public sealed record ConnectorCapabilities(
    IReadOnlySet<string> Methods, IReadOnlySet<string>? Currencies, IReadOnlySet<Mode> Modes, TimeSpan NotFoundFinalAfter,
    CardTokenization? Cards = null, IReadOnlyDictionary<string, string>? Banks = null, IReadOnlyDictionary<string, string>? Wallets = null,
    IReadOnlySet<string>? BanksDown = null, IReadOnlyDictionary<string, IReadOnlySet<string>>? WalletCurrencies = null, QrPayee? QrPayee = null,
    RefundCapabilities? Refunds = null, HoldFeatures? Holds = null, SaveCapabilities? Saves = null,
    IReadOnlyDictionary<string, IReadOnlySet<string>>? Countries = null, IReadOnlySet<string>? Mandates = null,
    IReadOnlySet<string>? TakenAtOnce = null, DisputeCapabilities? Disputes = null,
    IReadOnlyDictionary<string, IReadOnlySet<string>>? CurrenciesByMethod = null, bool ClosesKeys = true, IReadOnlyList<string>? TokenPrefixes = null,
    bool NetworkTransactionIds = false)
{
    /// <summary>Whether it made this token of a card.</summary>
    public bool Made(string cardToken) => TokenPrefixes?.Any(prefix => cardToken.StartsWith(prefix, StringComparison.Ordinal)) == true;

    /// <summary>Whether it takes the method from payers of a country.</summary>
    public bool TakesFrom(string method, string country) => Countries?.TryGetValue(method, out var own) != true || own!.Contains(country);

    /// <summary>Whether it takes payments of this method in this currency.</summary>
    public bool Takes(string method, Currency currency) => Methods.Contains(method)
        && (CurrenciesByMethod?.TryGetValue(method, out var own) == true ? own.Contains(currency.Code) : Currencies?.Contains(currency.Code) != false);

    /// <summary>Whether this wallet, which may be unknown here, takes the currency.</summary>
    public bool TakesWallet(string wallet, Currency currency) => Wallets?.ContainsKey(wallet) == true
        && (WalletCurrencies?.TryGetValue(wallet, out var own) != true || own!.Contains(currency.Code));
}

/// <summary>Whom a QR code pays at a processor.</summary>
/// <param name="UpiAddress">For rupees: in UPI links and in Bharat QR.</param>
/// <param name="EmvGuid">For other currencies: whose the merchant account template of an EMV text is, at most 32 characters.</param>
public sealed record QrPayee(string UpiAddress, string EmvGuid);

/// <summary>What a processor can do with authorized money.</summary>
/// <param name="PartialCapture">A capture may take less than is held, and releases the rest.</param>
/// <param name="SeveralCaptures">A capture may leave the rest held for another.</param>
/// <param name="Increments">An authorization can be raised.</param>
/// <param name="Lifetimes">How long an authorization holds, by method; a method that is not named has no known end.</param>
public sealed record HoldFeatures(
    bool PartialCapture, bool SeveralCaptures, bool Increments, IReadOnlyDictionary<string, TimeSpan> Lifetimes)
{
    public static readonly HoldFeatures None = new(false, false, false, new Dictionary<string, TimeSpan>());
}

/// <summary>Where a customer's browser turns a card into a token. Paths are of this server.</summary>
/// <param name="FormUrl">
/// For pages without script. Takes a form with <c>publishableKey</c>, <c>returnTo</c>, <c>number</c>, <c>expiry</c>, <c>cvv</c> and
/// <c>name</c>, and sends the browser to <c>returnTo</c> with <c>cardToken</c>, <c>network</c> and <c>last4</c>, or with
/// <c>cardError</c> and <c>field</c>.
/// </param>
/// <param name="JsonUrl">Takes <c>{ "card": { … } }</c> under the publishable key and answers <c>cardToken</c>.</param>
public sealed record CardTokenization(string FormUrl, string JsonUrl);

/// <param name="Key">Our charge id: the processor deduplicates by it.</param>
/// <param name="Instrument">How the customer pays.</param>
/// <param name="ReturnUrl">Where the customer's browser comes back to after a redirect.</param>
/// <param name="Behaviour">Sandbox only: how to misbehave, as the merchant's test asked for.</param>
/// <param name="MerchantName">Who is paid, as the payer's bank or app shows it; the merchant's id when null.</param>
/// <param name="OffSession">
/// The customer is not there: what would ask them for anything is declined with <c>AUTHENTICATION_REQUIRED</c> instead.
/// </param>
/// <param name="SetupFutureUsage">Keep the way to pay, for payments with the customer there or without.</param>
/// <param name="StatementDescriptor">What stands on the customer's statement, at most 22 characters.</param>
/// <param name="ThreeDSecure">How the holder of a card is authenticated; null: as the processor does when nobody has a wish.</param>
/// <param name="Payer">Who pays, as far as the merchant has said it.</param>
public sealed record AuthorizeCall(
    Tenant Tenant, string Key, string PaymentId, Money Amount, bool Capture, Instrument Instrument,
    string? Description, string? ReturnUrl, string? Behaviour, string? MerchantName = null,
    bool OffSession = false, SetupFutureUsage? SetupFutureUsage = null, string? StatementDescriptor = null,
    ThreeDSecureCall? ThreeDSecure = null, Payer? Payer = null);

/// <summary>For processors that ask for it. It prints as the customer's id alone.</summary>
public sealed record Payer(string? CustomerId, string? Email, string? Phone)
{
    public override string ToString() => CustomerId ?? "";
}

/// <summary>What a payment's way to pay shall be good for afterwards.</summary>
public enum SetupFutureUsage
{
    /// <summary>Payments with the customer there.</summary>
    OnSession,

    /// <summary>Also payments without.</summary>
    OffSession,
}

/// <param name="Key">Our key of this operation; a repeat with it is answered as the first.</param>
/// <param name="ChargeKey">The key that the charge was authorized with.</param>
/// <param name="Reference">The processor's own id of the charge, when it gave one.</param>
/// <param name="Amount">To capture, or the new total of an increment.</param>
/// <param name="IsFinal">Of a capture: what is held beyond the amount is released.</param>
/// <param name="ActionExpiresAt">Until when the customer can do what the processor asked of them, when it said so.</param>
public sealed record FollowUpCall(
    Tenant Tenant, string Key, string ChargeKey, string? Reference, Money Amount, string? Behaviour, bool IsFinal = true,
    DateTimeOffset? ActionExpiresAt = null);

/// <param name="OperationKey">The capture or increment that is asked about; null: the charge as a whole.</param>
public sealed record StatusCall(Tenant Tenant, string ChargeKey, string? Reference, string? OperationKey = null);

/// <summary>A way to pay, with what the processor needs and nothing more. Never a card number.</summary>
public abstract record Instrument(string Method)
{
    /// <summary>The token of a card that pays by itself or in instalments; null of anything else, and of a card that several processors know.</summary>
    public static string? CardTokenOf(Instrument instrument) => instrument switch
    {
        Card card => card.Token,
        Emi emi => emi.Token,
        _ => null,
    };

    public sealed record Card(string Token) : Instrument("card");

    /// <summary>One card as each of several processors knows it. Each is told its own token alone.</summary>
    /// <param name="Tokens">By the connector's name.</param>
    public sealed record Cards(IReadOnlyDictionary<string, string> Tokens) : Instrument("card")
    {
        public override string ToString() => $"{nameof(Cards)} {{ {string.Join(", ", Tokens.Keys)} }}";
    }

    /// <param name="Vpa">The payer's address for a collect request; null for the flows in which the payer opens a link.</param>
    /// <param name="Flow"><c>collect</c>, <c>intent</c> or <c>qr</c>.</param>
    public sealed record Upi(string Flow, string? Vpa) : Instrument("upi");

    public sealed record NetBanking(string BankCode) : Instrument("netbanking");

    /// <param name="Name">Which.</param>
    /// <param name="Methods">Of a wallet that is a page with several ways to pay: those that it shall offer; null: all that it has.</param>
    public sealed record Wallet(string Name, IReadOnlyList<string>? Methods = null) : Instrument("wallet");

    /// <summary>A credit card whose bank turns the payment into monthly instalments.</summary>
    /// <param name="Tenure">In months.</param>
    /// <param name="Bank">Null: the card tells.</param>
    /// <param name="IsNoCost">The merchant bears the interest.</param>
    public sealed record Emi(string Token, int Tenure, string? Bank, bool IsNoCost = false) : Instrument("emi");

    /// <summary>A lender pays for the customer, who agreed to pay the lender later.</summary>
    /// <param name="ConsentAddress">Where the consent came from.</param>
    public sealed record Bnpl(string PlanId, DateTimeOffset ConsentedAt, string? ConsentAddress) : Instrument("bnpl");

    /// <summary>A way to pay that the processor keeps.</summary>
    /// <param name="Of">The method that it is.</param>
    /// <param name="PaymentMethodId">Our id of it.</param>
    /// <param name="Reference">The processor's own token; null until the attempt begins.</param>
    public sealed record Saved(string Of, string PaymentMethodId, string? Reference = null) : Instrument(Of);

    /// <summary>Money that the customer has left here.</summary>
    /// <param name="CustomerId">Whose; null until the payment says it.</param>
    public sealed record Account(string? CustomerId = null) : Instrument("account");

    /// <summary>A debit that the payer agreed to beforehand: of a bank account, or by UPI AutoPay.</summary>
    /// <param name="OfMethod"><c>bank_debit</c> or <c>upi</c>.</param>
    /// <param name="MandateId">Our key of the mandate at the processor.</param>
    /// <param name="Reference">The processor's own id of the mandate, filled in when it is debited.</param>
    /// <param name="AsksPayer">The amount is above what goes through without the payer, who approves it in their app.</param>
    public sealed record Mandate(string OfMethod, string MandateId, string? Reference = null, bool AsksPayer = false) : Instrument(OfMethod);

    /// <param name="Format"><c>upi</c> or <c>emvco</c>: how the code's text is written.</param>
    public sealed record Qr(string Format) : Instrument("qr");
}

/// <summary>What the processor said, in our words.</summary>
/// <param name="Reference">The processor's own id, when it gave one.</param>
public abstract record ConnectorOutcome(string? Reference)
{
    /// <summary>What 3-D Secure said about the card holder up to now; null when it was not used.</summary>
    public Authentication? Authentication { get; init; }

    /// <summary>
    /// What the card network calls the transaction. Another processor that charges the card later is told it, as proof that its holder
    /// agreed. Null where the processor does not tell.
    /// </summary>
    public string? NetworkTransactionId { get; init; }

    /// <summary>The money is held and can be captured.</summary>
    /// <param name="CaptureBefore">When the processor lets it go; null when it does not say.</param>
    public sealed record Authorized(string? Reference, MethodSummary Summary, DateTimeOffset? CaptureBefore = null) : ConnectorOutcome(Reference);

    /// <summary>The money is taken, and nothing is held any more; about a capture: that part is taken.</summary>
    /// <param name="Total">What is taken of the charge in all; null: all that was authorized. Of no use where the word is about one capture.</param>
    public sealed record Captured(string? Reference, MethodSummary Summary, Money? Total = null) : ConnectorOutcome(Reference);

    /// <summary>The money is released, or the attempt is given up: nothing is or will be charged.</summary>
    public sealed record Voided(string? Reference) : ConnectorOutcome(Reference);

    /// <summary>The customer must do something first.</summary>
    public sealed record ActionRequired(string? Reference, NextAction Action, MethodSummary Summary) : ConnectorOutcome(Reference);

    /// <summary>The processor has it and does not know yet.</summary>
    /// <param name="ProcessorCode">The processor's own word, for support: <c>RB</c> is deemed approved in UPI.</param>
    public sealed record Pending(string? Reference, MethodSummary Summary, string? ProcessorCode = null) : ConnectorOutcome(Reference);

    /// <summary>A clear no: nothing is or will be charged.</summary>
    /// <param name="Code">A code of the error catalogue with status 400 or 402, such as <c>CARD_DECLINED</c>.</param>
    /// <param name="Sentence">For the customer.</param>
    /// <param name="ProcessorCode">The processor's own word, for support.</param>
    public sealed record Declined(string? Reference, string Code, string Sentence, string? ProcessorCode, MethodSummary? Summary)
        : ConnectorOutcome(Reference)
    {
        /// <summary>
        /// By the processor's own word it is the failure of the processor, or of what it could not reach, and says nothing about the payer:
        /// a processing error, an issuer that is not available. Another processor may then be asked at once.
        /// </summary>
        public bool IsSoft => Code == Errors.ProcessingError.Code;
    }

    /// <summary>The money was taken, and the customer's bank took it back since.</summary>
    /// <param name="Amount">What it took back in all: what was captured and not refunded by then.</param>
    public sealed record Returned(string? Reference, Money Amount, string Code, string Sentence, string? ProcessorCode, MethodSummary? Summary)
        : ConnectorOutcome(Reference);

    /// <summary>The processor has never heard of this key.</summary>
    public sealed record NotFound() : ConnectorOutcome((string?)null);

    /// <summary>No answer, or one that cannot be understood: anything may have happened.</summary>
    public sealed record Unknown(string Why) : ConnectorOutcome((string?)null);

    /// <summary>
    /// Nothing was sent, since the breaker was open or there is no account, or the processor turned it away unread for being busy: for
    /// certain it has not done anything. It is safe to refuse it, to send it to another connector, or to send it here later with the same key.
    /// </summary>
    public sealed record NotCalled(string Why) : ConnectorOutcome((string?)null);
}

/// <summary>What may be shown of a way to pay: no secret, no full number.</summary>
public sealed record MethodSummary(
    string Method, string? Network = null, string? Last4 = null, string? Funding = null, string? Expiry = null,
    string? Vpa = null, string? Bank = null, string? Wallet = null, BankAccountSummary? BankAccount = null);

/// <summary>What may be shown of a bank account: never its number.</summary>
/// <param name="Scheme"><c>sepa</c> or <c>ach</c>.</param>
/// <param name="Last4">The last four characters of the number.</param>
/// <param name="BankName">Whose account it is.</param>
/// <param name="Country">Of the bank, two letters.</param>
public sealed record BankAccountSummary(string Scheme, string Last4, string BankName, string Country);

/// <summary>What the customer must do. <see cref="Type"/> is <c>three_d_secure</c>, <c>redirect_to_url</c>, <c>upi_intent</c>,
/// <c>upi_collect</c>, <c>qr_code</c> or <c>wait</c>.</summary>
/// <param name="Url">The page to open, or the <c>upi://pay</c> link.</param>
/// <param name="Qr">The text to draw as a QR code.</param>
/// <param name="ExpiresAt">After this the processor gives up.</param>
/// <param name="TestUrl">Sandbox only: a page that plays the customer's payment app, where <see cref="Url"/> is no web page.</param>
/// <param name="QrImages">Where <see cref="Qr"/> is drawn; filled in for whoever reads the payment.</param>
/// <param name="AppLinks">The UPI link for single apps; filled in for whoever reads the payment.</param>
/// <param name="Challenge">The issuer's page as a form of the protocol, for pages that post it themselves instead of opening <see cref="Url"/>.</param>
public sealed record NextAction(
    string Type, string? Url = null, string? Qr = null, DateTimeOffset? ExpiresAt = null, string? TestUrl = null,
    QrImages? QrImages = null, UpiAppLinks? AppLinks = null, ChallengeForm? Challenge = null)
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static NextAction FromJson(string json) => JsonSerializer.Deserialize<NextAction>(json, JsonSerializerOptions.Web)!;
}

/// <summary>Addresses of the same QR code as a picture.</summary>
public sealed record QrImages(string Svg, string Png);

/// <summary>Links that open one app each, for pages that let the customer choose.</summary>
public sealed record UpiAppLinks(string Gpay, string Phonepe, string Paytm);

/// <summary>What a verified message of a processor says about one of our objects.</summary>
/// <param name="Id">The processor's id of the message, the same on every repeat.</param>
public sealed record ConnectorNotification(string Id, Tenant Tenant, ConnectorNews News);

/// <summary>Money that a processor took because a customer scanned a code and paid. It has moved already.</summary>
/// <param name="QrCodeId">The reference in the code.</param>
/// <param name="ChargeKey">What the processor keeps it under and answers for; our charge takes it as its id.</param>
/// <param name="Reference">The processor's own id of it, the same on every repeat.</param>
public sealed record QrCredit(string QrCodeId, string ChargeKey, string Reference, Money Amount, MethodSummary Summary);

/// <summary>What a connector has besides when its processor can tell whether a UPI address exists.</summary>
public interface IUpiDirectory
{
    Task<UpiHolder> Find(string vpa, CancellationToken cancel);
}

/// <param name="Exists">Null: the processor did not say.</param>
/// <param name="Name">Whose address it is, as the bank spells it; to be masked before anybody sees it.</param>
public sealed record UpiHolder(bool? Exists, string? Name);
