using System.Collections.Frozen;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>What becomes of a debit of a test account.</summary>
internal static class DebitEnd
{
    public const string Succeeds = "succeeds";
    public const string InsufficientFunds = "insufficient_funds";
    public const string AccountClosed = "account_closed";

    /// <summary>It succeeds, and the customer's bank takes it back two business days later.</summary>
    public const string ComesBack = "comes_back";

    /// <summary>Under the code of the scheme: SEPA's reasons are ISO 20022, those of ACH Nacha's.</summary>
    public static Decline? DeclineOf(string end, bool isSepa) => end switch
    {
        InsufficientFunds => Decline.Of(Errors.InsufficientFunds, isSepa ? "AM04" : "R01", "There is not enough money on the account."),
        AccountClosed => Decline.Of(Errors.BankAccountClosed, isSepa ? "AC04" : "R02"),
        _ => null,
    };

    public static Decline ReturnOf(bool isSepa) => Decline.Of(Errors.BankDebitReturned, isSepa ? "MD06" : "R10");
}

/// <param name="Number">An IBAN, or the routing number and the account number with a slash between them.</param>
/// <param name="End">One of <see cref="DebitEnd"/>.</param>
internal sealed record TestBankAccount(string Number, string Bank, string Country, string End)
{
    public string Scheme => Number.Contains('/', StringComparison.Ordinal) ? "ach" : "sepa";

    public string Last4 => Number[^4..];
}

/// <summary>Every bank account that the sandbox takes: numbers from documentations, and no other, so that no real one can get in.</summary>
internal static class TestBankAccounts
{
    private const string Aba = "110000000";

    public static IReadOnlyList<TestBankAccount> All { get; } =
    [
        new("DE89370400440532013000", "Test Bank Berlin", "DE", DebitEnd.Succeeds),
        new("FR1420041010050500013M02606", "Test Bank Paris", "FR", DebitEnd.Succeeds),
        new("NL39RABO0300065264", "Test Bank Utrecht", "NL", DebitEnd.Succeeds),
        new("AT611904300234573201", "Test Bank Wien", "AT", DebitEnd.Succeeds),
        new("ES0700120345030000067890", "Test Bank Madrid", "ES", DebitEnd.Succeeds),
        new("DE62370400440532013001", "Test Bank Berlin", "DE", DebitEnd.InsufficientFunds),
        new("DE35370400440532013002", "Test Bank Berlin", "DE", DebitEnd.AccountClosed),
        new("DE08370400440532013003", "Test Bank Berlin", "DE", DebitEnd.ComesBack),
        new($"{Aba}/000123456789", "Test Bank Austin", "US", DebitEnd.Succeeds),
        new($"{Aba}/000222222227", "Test Bank Austin", "US", DebitEnd.InsufficientFunds),
        new($"{Aba}/000111111113", "Test Bank Austin", "US", DebitEnd.AccountClosed),
        new($"{Aba}/000333333335", "Test Bank Austin", "US", DebitEnd.ComesBack),
    ];

    private static readonly FrozenDictionary<string, TestBankAccount> byNumber = All.ToFrozenDictionary(a => a.Number, StringComparer.Ordinal);

    public static TestBankAccount? Find(string number) => byNumber.GetValueOrDefault(number);
}
