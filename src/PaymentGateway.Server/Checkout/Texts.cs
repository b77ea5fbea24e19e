using PaymentGateway.Http;

namespace PaymentGateway.Checkout;

/// <summary>Every sentence of the checkout in one language. A missing one does not compile.</summary>
internal sealed record Texts
{
    // The frame of the page. {0} is the shop.
    public required string PageTitle { get; init; }
    public required string SkipToPayment { get; init; }
    public required string LanguageSwitch { get; init; }
    public required string TestMode { get; init; }
    public required string YourOrder { get; init; }
    public required string OrderNumber { get; init; }
    public required string AmountToPay { get; init; }
    public required string Amount { get; init; }
    public required string TimeLeft { get; init; }
    public required string Secure { get; init; }

    // The choice. {0} is the amount or the shop, as the name says.
    public required string HowToPay { get; init; }
    public required string NoMethods { get; init; }
    public required string Card { get; init; }
    public required string CardNumber { get; init; }
    public required string Expiry { get; init; }
    public required string ExpiryHint { get; init; }
    public required string SecurityCode { get; init; }
    public required string SecurityCodeHint { get; init; }
    public required string NameOnCard { get; init; }
    public required string Optional { get; init; }
    public required string PayAmount { get; init; }
    public required string Continue { get; init; }
    public required string CardPrivacyOfShop { get; init; }

    // The card form of a processor.
    public required string CardDetails { get; init; }
    public required string CardFormNeedsScript { get; init; }
    public required string CardFormBlocked { get; init; }
    public required string CardFormOtherWay { get; init; }
    public required string TryAgain { get; init; }
    public required string Upi { get; init; }
    public required string UpiId { get; init; }
    public required string UpiIdHint { get; init; }
    public required string Or { get; init; }
    public required string ShowQr { get; init; }
    public required string OpenUpiApp { get; init; }
    public required string NetBanking { get; init; }
    public required string YourBank { get; init; }
    public required string ChooseBank { get; init; }
    public required string NetBankingHint { get; init; }
    public required string FindBank { get; init; }
    public required string Find { get; init; }
    public required string NoBankFound { get; init; }
    public required string BankIsDown { get; init; }
    public required string Wallet { get; init; }
    public required string WalletHint { get; init; }
    public required string CancelToShop { get; init; }

    // Instalments. {0} is the months, the rate, the amount or the shop, {1} an amount or a day, as the sentences say.
    public required string Emi { get; init; }
    public required string EmiHint { get; init; }
    public required string EmiTitle { get; init; }
    public required string EmiMonths { get; init; }
    public required string EmiCosts { get; init; }
    public required string EmiFee { get; init; }
    public required string EmiTaxNote { get; init; }
    public required string EmiNone { get; init; }
    public required string PayLater { get; init; }
    public required string PayLaterPart { get; init; }
    public required string PayLaterConsent { get; init; }

    // Before a card is charged without script. {0} is the amount, {1} the card.
    public required string ConfirmTitle { get; init; }
    public required string PayAmountWithCard { get; init; }
    public required string OtherCard { get; init; }

    // Waiting. {0} is the UPI address.
    public required string ProcessingTitle { get; init; }
    public required string ProcessingText { get; init; }
    public required string CheckAgain { get; init; }
    public required string BankTitle { get; init; }
    public required string BankText { get; init; }
    public required string ContinueToBank { get; init; }
    public required string RedirectTitle { get; init; }
    public required string RedirectText { get; init; }
    public required string CollectTitle { get; init; }
    public required string CollectText { get; init; }
    public required string QrTitle { get; init; }
    public required string QrText { get; init; }
    public required string QrAlternative { get; init; }
    public required string WaitText { get; init; }
    public required string OpenTestApp { get; init; }
    public required string OtherWay { get; init; }

    // The end. {0} is the amount or the shop.
    public required string PaidTitle { get; init; }
    public required string PaidText { get; init; }
    public required string HeldTitle { get; init; }
    public required string HeldText { get; init; }
    public required string ExpiredTitle { get; init; }
    public required string ExpiredText { get; init; }
    public required string CanceledTitle { get; init; }
    public required string CanceledText { get; init; }
    public required string FailedTitle { get; init; }
    public required string FailedText { get; init; }
    public required string NotFoundTitle { get; init; }
    public required string NotFoundText { get; init; }
    public required string DoneTitle { get; init; }
    public required string DoneText { get; init; }
    public required string PaymentNumber { get; init; }
    public required string PaidWith { get; init; }
    public required string PaidOn { get; init; }
    public required string BackToShop { get; init; }
    public required string ReturnSoon { get; init; }
    public required string StayHere { get; init; }

    // What is wrong with a field.
    public required string CardNotRead { get; init; }
    public required string NumberWrong { get; init; }
    public required string NumberNotTaken { get; init; }
    public required string ExpiryWrong { get; init; }
    public required string ExpiryPast { get; init; }
    public required string SecurityCodeWrong { get; init; }
    public required string NameWrong { get; init; }
    public required string UpiIdWrong { get; init; }
    public required string BankMissing { get; init; }

    // Why a payment did not go through.
    public required string ProblemTitle { get; init; }
    public required string NothingCharged { get; init; }
    public required string CardDeclined { get; init; }
    public required string InsufficientFunds { get; init; }
    public required string CardExpired { get; init; }
    public required string LimitExceeded { get; init; }
    public required string NotAuthenticated { get; init; }
    public required string UpiDeclined { get; init; }
    public required string UpiTimeout { get; init; }
    public required string Declined { get; init; }
    public required string GatewayUnavailable { get; init; }
    public required string MethodNotAvailable { get; init; }
    public required string EmiNotAvailable { get; init; }
    public required string PayLaterNotAvailable { get; init; }
    public required string TypeCardAgain { get; init; }
    public required string NotPossibleNow { get; init; }

    // Said by the script.
    public required string Working { get; init; }
    public required string NoConnection { get; init; }

    /// <summary>What a code of the error catalogue means to the person who pays.</summary>
    public string Problem(string code) => code switch
    {
        _ when code == Errors.CardDeclined.Code || code == Errors.SuspectedFraud.Code => CardDeclined,
        _ when code == Errors.InsufficientFunds.Code => InsufficientFunds,
        _ when code == Errors.CardExpired.Code => CardExpired,
        _ when code == Errors.InvalidCvv.Code => SecurityCodeWrong,
        _ when code == Errors.InvalidCard.Code => NumberNotTaken,
        _ when code == Errors.LimitExceeded.Code => LimitExceeded,
        _ when code == Errors.AuthenticationAbandoned.Code || code == Errors.CardAuthenticationFailed.Code
            || code == Errors.CardAuthenticationUnavailable.Code => NotAuthenticated,
        _ when code == Errors.CardAuthenticationRejected.Code => CardDeclined,
        _ when code == Errors.UpiDeclined.Code => UpiDeclined,
        _ when code == Errors.UpiTimeout.Code => UpiTimeout,
        _ when code == Errors.GatewayTimeout.Code || code == Errors.GatewayUnavailable.Code => GatewayUnavailable,
        _ when code == Errors.PaymentMethodNotAvailable.Code || code == Errors.UnsupportedCurrency.Code => MethodNotAvailable,
        _ when code == Errors.EmiNotAvailable.Code => EmiNotAvailable,
        _ when code == Errors.BnplNotAvailable.Code || code == Errors.ConsentRequired.Code => PayLaterNotAvailable,
        _ when code == Errors.InvalidToken.Code || code == Errors.CardDataRefused.Code => TypeCardAgain,
        _ when code == Errors.InvalidState.Code || code == Errors.UnauthorizedAccess.Code => NotPossibleNow,
        _ => Declined,
    };
}
