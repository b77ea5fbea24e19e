using System.Text;
using System.Text.RegularExpressions;
using PaymentGateway.Connectors;
using PaymentGateway.Documents;
using PaymentGateway.Receipts;
using static PaymentGateway.Tests.Receipts.ReceiptSamples;

namespace PaymentGateway.Tests.Receipts;

/// <summary>Documents as poppler reads them. With RECEIPT_PICTURES they are drawn into that folder, to be looked at.</summary>
public sealed partial class ReceiptPdfTests
{
    private static readonly ReceiptDraft course = new("pay_1",
    [
        Line(10_000, discount: 2_000) with { Description = "Tally Prime with GST, weekend batch", Details = ["Code WELCOME20", "Instructor: Meera Iyer"] },
    ])
    {
        Buyer = Asha(),
        TransactionId = "TXN_4QK7W2M9XA",
        BankReference = "600512345678",
        Notes = ["Access to the recordings ends on 31 March 2027."],
    };

    private static Receipt Invoice { get; } = Issue(School, course, Rupees(9_440));

    [Fact]
    public async Task All_that_the_rules_ask_for_stands_on_a_tax_invoice()
    {
        var text = await TextOf(Invoice, "tax-invoice");
        Assert.All(
            (string[])["Tax invoice", "AB/26-27/000123", "5 April 2026", "ABC Learning LLP", "5 FC Road", "27ABCDE1234F1Z0", "PAN: ABCDE1234F", "Asha Rao",
                "7 Lake View", "Maharashtra (27)", "SAC: 999293", "Tally Prime", "Code WELCOME20", "10,000.00", "2,000.00", "8,000.00", "CGST 9%", "SGST 9%",
                "720.00", "₹9,440.00", "Rupees Nine Thousand Four Hundred Forty Only", "Card (Visa ending 1111)", "TXN_4QK7W2M9XA", "600512345678",
                "Reverse charge", "sbx_01m7y68xkheke8msw28kswwsav", "Paid", "nothing is due", "INR (₹)", "help@abc.example", "page 1 of 1"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain("IGST", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credit_note_names_its_invoice_and_splits_its_tax()
    {
        var note = Issued(CreditDecisions.Credit(School, Invoice, [], Refunded(Rupees(2_360)), "rcp_2", When).Value, 4);
        var text = await TextOf(note, "credit-note");
        Assert.All(
            (string[])["Credit note", "AC/26-27/000004", "AB/26-27/000123", "2,000.00", "180.00", "₹2,360.00", "Refunded", "ARN7X8A2C4E6G8J0M2P4R6", "Total credited"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain("nothing is due", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bill_of_supply_says_why_it_has_no_tax_and_other_states_have_igst()
    {
        var bill = Issue(School, new("pay_1", [
            Line(1_50_000, taxability: Taxability.ExemptEntry66) with { Description = "Tuition, April to June 2026", Sac = "999231", Details = ["Student: Rohan Rao, class X-B, no. 1042"] },
            Line(12_500, discount: 500, taxability: Taxability.ExemptEntry66) with { Description = "School bus", Sac = "999231" }])
        { Buyer = Asha() }, Rupees(1_62_000));
        var text = await TextOf(bill, "bill-of-supply");
        Assert.All(
            (string[])["Bill of supply", "Exempt: Entry 66, Notification 12/2017-CT(R)", "1,50,000.00", "₹1,62,000.00", "One Lakh Sixty-Two Thousand"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotMatch("CGST|SGST|IGST|Tax invoice", text);

        var other = await TextOf(Issue(School, course with { Buyer = Asha("29", "29ABCDE1234F1ZW") }, Rupees(9_440)), "igst");
        Assert.Contains("IGST 18%", other, StringComparison.Ordinal);
        Assert.Contains("Karnataka (29)", other, StringComparison.Ordinal);
        Assert.DoesNotContain("CGST", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cyrillic_and_the_signs_of_currencies_come_out_as_they_were_written()
    {
        var tenge = Money.FromMajor(185_500.50m, Currency.KZT);
        var receipt = Issued(ReceiptDecisions.Issue(Kazakh, new("pay_1", [new("Қазақ тілі курсы, өзі оқу — ₹ ₸ € ₽ $ £", tenge)])
        {
            Buyer = new("Әлия Нұрғалиева", ["Достық к-сі 5", "Алматы"], null, null),
        }, Paid(tenge, new("wallet", Wallet: "kaspi")), "rcp_1", When).Value, 42);
        var text = await TextOf(receipt, "kazakh");
        Assert.All(
            (string[])["ТОО «Білім Қоғамы»", "Қазақ тілі курсы, өзі оқу — ₹ ₸ € ₽ $ £", "Әлия Нұрғалиева", "₸185,500.50", "KZT (₸)", "көмек@bilim.example",
                "not a tax invoice", "Wallet (kaspi)", "09:18 UTC", "Tenge One Hundred Eighty-Five Thousand Five Hundred"],
            part => Assert.Contains(part, Regex.Replace(text, @"\s+", " "), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_receipt_goes_on_on_the_next_page_under_its_head()
    {
        var lines = Enumerable.Range(1, 45).Select(i => Line(1_000 + i) with
        {
            Description = $"Module {i:D2}, with a description that is long enough to be broken into two lines",
            Quantity = 1 + (i % 3),
        }).ToArray();
        var paid = lines.Aggregate(Rupees(0), (sum, line) => sum + Gst.Exclusive(line.UnitPrice.Multiply(line.Quantity), 18, "27", "27").Total);
        var receipt = Issue(School, new("pay_1", lines) { Buyer = Asha() }, paid);
        var text = await TextOf(receipt, "long");
        Assert.All(Enumerable.Range(1, 45), i => Assert.Contains($"Module {i:D2}", text, StringComparison.Ordinal));
        var pages = text.Split('\f', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(pages.Length, 2, 4);
        Assert.All(pages.Select((page, i) => (page, i)), one =>
        {
            Assert.Contains($"page {one.i + 1} of {pages.Length}", one.page, StringComparison.Ordinal);
            Assert.Contains("Description", one.page, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Both_faces_are_embedded_as_subsets_with_what_their_characters_mean()
    {
        var fonts = (await Poppler.Run("pdffonts", ReceiptPdf.Of(Invoice))).Split('\n').Where(line => line.Contains("NotoSans", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, fonts.Count);
        Assert.All(fonts, font => Assert.Matches(@"^[A-Z]{6}\+NotoSans-(Regular|Bold)\s+CID TrueType\s+Identity-H\s+yes yes yes", font));
    }

    [Fact]
    public void The_same_receipt_is_the_same_bytes_and_small()
    {
        var (one, other) = (ReceiptPdf.Of(Invoice), ReceiptPdf.Of(Invoice));
        Assert.Equal(one, other);
        Assert.InRange(one.Length, 10_000, 60_000);
    }

    [Fact]
    public void Every_object_begins_where_the_table_says()
    {
        var file = Encoding.Latin1.GetString(ReceiptPdf.Of(Invoice));
        var table = int.Parse(StartOfTable().Match(file).Groups[1].Value);
        Assert.StartsWith("xref\n0 ", file[table..], StringComparison.Ordinal);
        var offsets = TableRow().Matches(file[table..]).Select(row => int.Parse(row.Groups[1].Value)).ToList();
        Assert.NotEmpty(offsets);
        Assert.All(offsets.Select((offset, i) => (offset, i)), row => Assert.StartsWith($"{row.i + 1} 0 obj\n", file[row.offset..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Asha Rao", true)]
    [InlineData("Нұрғалиева Әлия ₸ ₹ €", true)]
    [InlineData("Ἀθῆναι Ł ß ğ …", true)]
    [InlineData("आशा राव", false)]
    [InlineData("علي", false)]
    [InlineData("東京", false)]
    [InlineData("и\u0306", false)]
    [InlineData("😀", false)]
    [InlineData("a\tb", false)]
    public void What_would_come_out_wrong_is_not_set(string text, bool can) => Assert.Equal(can, Typeface.CanSet(text));

    [Fact]
    public void A_name_in_Devanagari_makes_a_page_and_its_markup_is_harmless()
    {
        var receipt = Issue(School, course with { Buyer = Asha() with { Name = "आशा <b>राव</b>" } }, Rupees(9_440));
        Assert.False(ReceiptPdf.CanShow(receipt));
        var page = Encoding.UTF8.GetString(ReceiptHtml.Of(receipt));
        Assert.Contains("आशा &lt;b&gt;राव&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.All(
            (string[])["Tax invoice", "AB/26-27/000123", "₹9,440.00", "CGST 9%", "600512345678"], part => Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("RECEIPT_PICTURES") is { } folder)
        {
            File.WriteAllBytes(Path.Combine(folder, "devanagari.html"), ReceiptHtml.Of(receipt));
        }
    }

    private static async Task<string> TextOf(Receipt receipt, string name)
    {
        Assert.True(ReceiptPdf.CanShow(receipt));
        var pdf = ReceiptPdf.Of(receipt);
        if (Environment.GetEnvironmentVariable("RECEIPT_PICTURES") is { } folder)
        {
            await Poppler.Run("pdftoppm", pdf, "-png", "-r", "80", Path.Combine(folder, name));
        }

        return await Poppler.TextOf(pdf);
    }

    [GeneratedRegex(@"startxref\n(\d+)\n%%EOF\n\z")]
    private static partial Regex StartOfTable();

    [GeneratedRegex(@"^(\d{10}) 00000 n \n", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
