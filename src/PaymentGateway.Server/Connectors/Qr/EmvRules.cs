using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Qr;

/// <summary>What the specification asks of the fields, whichever way the text goes.</summary>
internal static class EmvRules
{
    private const int AmountLengthMax = 13;

    public static void Check(EmvQr qr, FieldFaults faults)
    {
        CheckAccounts(qr.Accounts, faults);
        faults.AddUnless(qr.MerchantCategory is { Length: 4 } category && category.All(char.IsAsciiDigit), "merchantCategory", "must be 4 digits");
        CheckAmount(qr, faults);
        CheckTip(qr, faults);
        faults.AddUnless(qr.Country is { Length: 2 } country && country.All(char.IsAsciiLetterUpper), "country", "must be 2 capital letters");
        CheckLength(qr.MerchantName, 25, "merchantName", faults);
        CheckLength(qr.City, 15, "city", faults);
        CheckLength(qr.PostalCode ?? "-", 10, "postalCode", faults);
        CheckItems(qr.AdditionalData, "additionalData", valueMax: 25, faults);
        CheckLanguage(qr.Language, faults);
        CheckItems(qr.Further, "further", EmvItems.ValueLengthMax, faults);
        faults.AddUnless(qr.Further.All(item => string.CompareOrdinal(item.Id, "65") >= 0), "further", "must have ids from 65 to 99");
    }

    /// <summary>Outside the language template an app may count bytes or characters: plain ASCII is read the same by all.</summary>
    public static void CheckPrintable(EmvQr qr, FieldFaults faults)
    {
        Check(qr.MerchantName, "merchantName");
        Check(qr.City, "city");
        Check(qr.PostalCode ?? "", "postalCode");
        foreach (var item in qr.AdditionalData.Concat(qr.Further))
        {
            Check(item.Value, $"item {item.Id}");
        }

        foreach (var account in qr.Accounts)
        {
            Check(account.Value ?? string.Concat(account.Items.Select(item => item.Value)), $"accounts.{account.Id}");
        }

        void Check(string value, string field) =>
            faults.AddUnless(value.All(c => c is >= ' ' and <= '~'), field, "must be printable ASCII; other scripts belong into language");
    }

    private static void CheckAccounts(IReadOnlyList<EmvAccount> accounts, FieldFaults faults)
    {
        faults.AddUnless(accounts.Count > 0, "accounts", "must have at least one item from 02 to 51");
        faults.AddUnless(accounts.Select(account => account.Id).Distinct().Count() == accounts.Count, "accounts", "must have each id once");
        foreach (var account in accounts)
        {
            var field = $"accounts.{account.Id}";
            var isTemplate = string.CompareOrdinal(account.Id, "26") >= 0;
            faults.AddUnless(IsId(account.Id) && string.CompareOrdinal(account.Id, "02") >= 0 && string.CompareOrdinal(account.Id, "51") <= 0,
                field, "must have an id from 02 to 51");
            faults.AddUnless(isTemplate == account.Value is null, field, "is a template from 26 on, and plain text before");
            if (account.Value is { } value)
            {
                CheckLength(value, EmvItems.ValueLengthMax, field, faults);
            }
            else
            {
                faults.AddUnless(account.Items is [{ Id: "00", Value.Length: >= 1 and <= 32 }, ..],
                    field, "must begin with the item 00 that says whose it is");
                CheckItems(account.Items, field, EmvItems.ValueLengthMax, faults);
            }
        }
    }

    private static void CheckAmount(EmvQr qr, FieldFaults faults)
    {
        if (qr.Amount is not { } amount)
        {
            return;
        }

        faults.AddUnless(amount > 0, "amount", "must be greater than zero");
        faults.AddUnless(EmvText.Number(amount).Length <= AmountLengthMax, "amount", $"must have at most {AmountLengthMax} characters");
        faults.AddUnless(amount.Scale <= qr.Currency.Exponent, "amount", $"must have at most {qr.Currency.Exponent} decimals");
    }

    private static void CheckTip(EmvQr qr, FieldFaults faults)
    {
        switch (qr.Tip)
        {
            case EmvTip.Fixed fee:
                faults.AddUnless(fee.Amount > 0 && EmvText.Number(fee.Amount).Length <= AmountLengthMax && fee.Amount.Scale <= qr.Currency.Exponent,
                    "tip", "must be an amount greater than zero");
                break;
            case EmvTip.Percent percent:
                faults.AddUnless(percent.Rate is >= 0.01m and <= 99.99m && percent.Rate.Scale <= 2, "tip", "must be 0.01 to 99.99 percent");
                break;
        }
    }

    private static void CheckLanguage(EmvLanguage? language, FieldFaults faults)
    {
        if (language is null)
        {
            return;
        }

        faults.AddUnless(language.Code is { Length: 2 } code && code.All(char.IsAsciiLetter), "language", "must be 2 letters");
        CheckLength(language.Name, 25, "language", faults);
        CheckLength(language.City ?? "-", 15, "language", faults);
    }

    private static void CheckItems(IReadOnlyList<EmvItem> items, string field, int valueMax, FieldFaults faults)
    {
        faults.AddUnless(items.Select(item => item.Id).Distinct().Count() == items.Count, field, "must have each id once");
        faults.AddUnless(EmvItems.LengthOf(EmvItems.Write(items)) <= EmvItems.ValueLengthMax || field == "further",
            field, $"must have at most {EmvItems.ValueLengthMax} characters in all");
        foreach (var item in items)
        {
            faults.AddUnless(IsId(item.Id), field, "must have ids of two digits");
            CheckLength(item.Value, field == "additionalData" && string.CompareOrdinal(item.Id, "50") >= 0 ? EmvItems.ValueLengthMax : valueMax,
                field, faults);
        }
    }

    private static void CheckLength(string value, int max, string field, FieldFaults faults) =>
        faults.AddUnless(EmvItems.LengthOf(value) is >= 1 and var length && length <= max, field, $"must have 1 to {max} characters");

    private static bool IsId(string id) => id is [>= '0' and <= '9', >= '0' and <= '9'];
}
