using System.Text.RegularExpressions;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>Turns published test accounts into tokens, and no other number.</summary>
internal sealed partial class SandboxBankTokenizer(SandboxMandateStore store, SandboxKeys keys, MerchantClocks clocks)
{
    /// <summary>Refuses with INVALID_BANK_ACCOUNT, which names the field: mistyped, or no test account.</summary>
    public async Task<Outcome<BankToken>> Tokenize(Tenant tenant, TypedBankAccount typed, CancellationToken cancel)
    {
        if (tenant.Mode != Mode.Test)
        {
            return new Refusal(Errors.UnauthorizedAccess, "The sandbox's tokenizer takes test keys only.");
        }

        var number = NumberOf(typed);
        if (number.IsRefused)
        {
            return number.Refusal!;
        }

        if (TestBankAccounts.Find(number.Value) is not { } account)
        {
            return Refusal.Field(Errors.InvalidBankAccount, FieldOf(typed), "is not one of the sandbox's test accounts");
        }

        var token = new BankToken
        {
            Id = Id.New("tok", clocks.Real),
            Tenant = tenant,
            Scheme = account.Scheme,
            Last4 = account.Last4,
            Bank = account.Bank,
            Country = account.Country,
            Debit = account.End,
            Fingerprint = keys.FingerprintOf(tenant, account.Number),
            ExpiresAt = clocks.Now(tenant) + SandboxTokenizer.TokenTime,
        };
        await store.AddToken(token, cancel);
        return token;
    }

    /// <summary>The number as the list has it; a wrong check digit is told from a number that is only unknown.</summary>
    private static Outcome<string> NumberOf(TypedBankAccount typed)
    {
        if ((typed.Iban is null) == (typed.AccountNumber is null && typed.RoutingNumber is null))
        {
            return Refusal.Field("bankAccount.iban", "or else routingNumber and accountNumber are required, and only one of them");
        }

        if (typed.Iban is { } iban)
        {
            var plain = Separators().Replace(iban, "").ToUpperInvariant();
            return BankAccountNumbers.IsIban(plain) ? plain
                : Refusal.Field(Errors.InvalidBankAccount, "bankAccount.iban", "is no IBAN: its check digits do not fit");
        }

        var routing = Separators().Replace(typed.RoutingNumber ?? "", "");
        var account = Separators().Replace(typed.AccountNumber ?? "", "");
        return !BankAccountNumbers.IsRoutingNumber(routing)
            ? Refusal.Field(Errors.InvalidBankAccount, "bankAccount.routingNumber", "must be nine digits whose check digit fits")
            : AccountNumber().IsMatch(account) ? $"{routing}/{account}"
            : Refusal.Field(Errors.InvalidBankAccount, "bankAccount.accountNumber", "must be 4 to 17 digits");
    }

    private static string FieldOf(TypedBankAccount typed) => typed.Iban is null ? "bankAccount.accountNumber" : "bankAccount.iban";

    [GeneratedRegex(@"[ -]")]
    private static partial Regex Separators();

    [GeneratedRegex(@"\A[0-9]{4,17}\z")]
    private static partial Regex AccountNumber();
}
