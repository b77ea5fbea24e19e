using System.Text.Encodings.Web;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The HTML of the pretended bank and UPI app: one stylesheet, nothing from another host, and no script
/// but the line that sends the browser back.</summary>
public static class SandboxPages
{
    internal static string Bank(SandboxCharge charge, IssuerForm? form = null) => charge.Challenge is Challenge.Otp or Challenge.OtpNeverFits
        ? CardBank(charge, form)
        : Page("Approve the payment", $"""
            <h1>{Encode(NameOf(charge))}</h1>
            {Facts(charge)}
            <form method="post">
              {Buttons("Approve", "Refuse")}
            </form>
            {CloseLink(charge, "bank")}
            """);

    internal static string UpiApp(SandboxCharge charge) => charge.State == ChargeState.Pending
        ? Page("Payment pending", $"""
            <h1>Payment pending</h1>
            {Facts(charge)}
            <p>The bank has not answered yet. The payment succeeds by itself after a short while, or now:</p>
            <form method="post">
              <button class="yes" name="answer" value="approve">Settle now</button>
            </form>
            {CloseLink(charge, "upi")}
            """)
        : Page("Approve the payment", $"""
            <h1>UPI test app</h1>
            {Facts(charge)}
            <form method="post">
              {Buttons("Approve", "Decline")}
            </form>
            {CloseLink(charge, "upi")}
            """);

    /// <summary>There is nothing to answer any more: the payment is decided, or it waits for nobody.</summary>
    internal static string Answered(SandboxCharge charge) => Page("Already answered", $"""
        <h1>Already answered</h1>
        <p>This {(charge.IsSetup ? "set-up" : "payment")} is {Encode(WordOf(charge.State))}. There is nothing more to do here.</p>
        {(SafeUrl(charge.ReturnUrl) is { } url ? $"""<p><a href="{Encode(url)}">Back to the shop</a></p>""" : "")}
        """);

    /// <summary>The last page of a challenge that a CReq began: the browser carries the CRes back, by script or by the button.</summary>
    internal static string Back(string notificationUrl, string cres, string sessionData) => Page("Back to the shop", $"""
        <h1>Thank you</h1>
        <form method="post" action="{Encode(notificationUrl)}" data-onward>
          <input type="hidden" name="cres" value="{Encode(cres)}">
          <input type="hidden" name="threeDSSessionData" value="{Encode(sessionData)}">
          <div class="buttons"><button class="yes">Back to the shop</button></div>
        </form>
        <script src="/sandbox/onward.js" defer></script>
        """);

    /// <summary>The issuer's method page: it has seen the browser, and tells so.</summary>
    internal static string MethodDone(string notificationUrl, string data) => Page("Method", $"""
        <form method="post" action="{Encode(notificationUrl)}" data-onward>
          <input type="hidden" name="threeDSMethodData" value="{Encode(data)}">
        </form>
        <script src="/sandbox/onward.js" defer></script>
        """);

    internal static string MethodSilent() => Page("Method", "<p>The issuer looks at the browser.</p>");

    public static string NoSuchRequest() => Page("Not understood", """
        <h1>Not understood</h1>
        <p>The request that brought you here is not one of this payment.</p>
        """);

    public static string Closed() => Page("Closed", """
        <h1>Closed without an answer</h1>
        <p>You can close this window. The payment waits until its time is over.</p>
        """);

    public static string Unknown() => Page("Not found", """
        <h1>Not found</h1>
        <p>The test bank knows no such payment.</p>
        """);

    /// <summary>The address when it is a page of the web or a path of this server; null for anything else, such as a script.</summary>
    public static string? SafeUrl(string? url)
    {
        if (url is null)
        {
            return null;
        }

        var isLocal = url.StartsWith('/')
            && !url.StartsWith("//", StringComparison.Ordinal)
            && !url.Contains('\\', StringComparison.Ordinal);
        return isLocal || (Uri.TryCreate(url, UriKind.Absolute, out var absolute) && absolute.Scheme is "https" or "http") ? url : null;
    }

    private static string CardBank(SandboxCharge charge, IssuerForm? form) => Page(charge.IsSetup ? "Confirm the card" : "Confirm the payment", $"""
        <h1>Test bank</h1>
        {Facts(charge)}
        {WrongAnswer(charge)}
        <form method="post" autocomplete="off">
          {Carried(form)}
          <label for="otp">One-time password</label>
          <input id="otp" name="otp" inputmode="numeric" autocomplete="one-time-code" maxlength="8" required {Described(charge)}>
          <p id="otp-hint" class="hint">In the sandbox it is {SandboxDecisions.RightOtp}.</p>
          {Buttons("Approve", "Cancel")}
        </form>
        {CloseLink(charge, "bank")}
        """);

    private static string Carried(IssuerForm? form) => form is null ? "" : $"""
        <input type="hidden" name="creq" value="{Encode(form.Creq)}">
          <input type="hidden" name="threeDSSessionData" value="{Encode(form.SessionData)}">
        """;

    private static string Described(SandboxCharge charge) => charge.WrongAnswers > 0
        ? "aria-invalid=\"true\" aria-describedby=\"otp-error otp-hint\""
        : "aria-describedby=\"otp-hint\"";

    private static string WrongAnswer(SandboxCharge charge)
    {
        var left = SandboxDecisions.WrongAnswersMax - charge.WrongAnswers;
        return charge.WrongAnswers == 0 ? "" : $"""
            <p id="otp-error" class="error" role="alert">That password is wrong. {left} {(left == 1 ? "try" : "tries")} left.</p>
            """;
    }

    private static string Facts(SandboxCharge charge) => $"""
        <dl>
          {(charge.IsSetup ? Fact("For", "Later payments; nothing is charged now") : Fact("Amount", charge.Amount.ToString()))}
          {Fact("Shop", charge.MerchantName)}
          {(charge.Summary.Last4 is { } last4 ? Fact("Card", $"{charge.Summary.Network} ending in {last4}") : "")}
          {(charge.Summary.Vpa is { } vpa ? Fact("UPI address", vpa) : "")}
        </dl>
        """;

    private static string Fact(string name, string value) => $"<div><dt>{name}</dt><dd>{Encode(value)}</dd></div>";

    // The password is not needed to refuse, so the browser must not ask for it.
    private static string Buttons(string yes, string no) => $"""
        <div class="buttons">
            <button class="yes" name="answer" value="approve">{yes}</button>
            <button name="answer" value="refuse" formnovalidate>{no}</button>
          </div>
        """;

    private static string CloseLink(SandboxCharge charge, string page)
    {
        var url = SafeUrl(charge.ReturnUrl) ?? $"/sandbox/{page}/{charge.Reference}/closed";
        return $"""<p><a href="{Encode(url)}">Close without answering</a></p>""";
    }

    private static string NameOf(SandboxCharge charge) => charge.Summary switch
    {
        { Bank: { } code } => TestBanks.Banks.GetValueOrDefault(code, code) + " (test)",
        { Wallet: { } wallet } => TestBanks.Wallets.GetValueOrDefault(wallet, wallet) + " (test)",
        _ => "Test bank",
    };

    private static string WordOf(ChargeState state) => state switch
    {
        ChargeState.Captured => "paid",
        ChargeState.Authorized => "approved",
        ChargeState.Voided => "given up",
        ChargeState.Declined => "refused",
        ChargeState.Pending => "pending",
        ChargeState.Returned => "returned",
        _ => "waiting",
    };

    /// <summary>A whole page around <paramref name="main"/>, whose texts are encoded already.</summary>
    public static string Page(string title, string main) => $"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <meta name="robots" content="noindex">
          <title>{title} – sandbox</title>
          <link rel="stylesheet" href="/sandbox/bank.css">
        </head>
        <body>
        <p class="notice" role="note">Sandbox: no real bank, no real money.</p>
        <main>
        {main}
        </main>
        </body>
        </html>

        """;

    internal static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}

/// <summary>What came with the browser from the shop, and goes on with every answer.</summary>
internal sealed record IssuerForm(string Creq, string SessionData);
