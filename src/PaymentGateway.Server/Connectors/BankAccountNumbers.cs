namespace PaymentGateway.Connectors;

/// <summary>The check digits of bank account numbers: what is mistyped is seen before a bank is asked. Pure.</summary>
public static class BankAccountNumbers
{
    private const int IbanLengthMin = 15;
    private const int IbanLengthMax = 34;

    /// <summary>ISO 13616: two letters, two check digits, the national number; modulo 97 of it all is 1.</summary>
    /// <param name="iban">In capitals, without spaces.</param>
    public static bool IsIban(string iban)
    {
        if (iban.Length is < IbanLengthMin or > IbanLengthMax || !iban.All(char.IsAsciiLetterOrDigit) || iban.Any(char.IsAsciiLetterLower)
            || !iban[..2].All(char.IsAsciiLetter) || !iban[2..4].All(char.IsAsciiDigit))
        {
            return false;
        }

        var rest = 0;
        foreach (var sign in iban[4..] + iban[..4])
        {
            rest = char.IsAsciiDigit(sign) ? ((rest * 10) + sign - '0') % 97 : ((rest * 100) + sign - 'A' + 10) % 97;
        }

        return rest == 1;
    }

    /// <summary>The nine digits of an American bank: their sum, weighed 3, 7, 1, is a multiple of ten.</summary>
    public static bool IsRoutingNumber(string number) =>
        number.Length == 9 && number.All(char.IsAsciiDigit) && number.Any(digit => digit != '0')
        && number.Select((digit, place) => (digit - '0') * (place % 3 == 0 ? 3 : place % 3 == 1 ? 7 : 1)).Sum() % 10 == 0;
}
