using FsCheck;
using FsCheck.Fluent;
using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Receipts;
using static PaymentGateway.Tests.Receipts.ReceiptSamples;

namespace PaymentGateway.Tests.Receipts;

public sealed class ReceiptDecisionsTests
{
    [Theory]
    [InlineData("10000.00", "27", 900.00, 900.00, 0, 11800.00)]
    [InlineData("10000.00", "29", 0, 0, 1800.00, 11800.00)]
    [InlineData("999.99", "27", 90.00, 90.00, 0, 1179.99)]
    [InlineData("999.99", "29", 0, 0, 180.00, 1179.99)]
    [InlineData("0.50", "27", 0.04, 0.04, 0, 0.58)]
    [InlineData("0.50", "29", 0, 0, 0.09, 0.59)]
    public void Tax_comes_on_top(string price, string buyersState, decimal cgst, decimal sgst, decimal igst, decimal total)
    {
        var content = Content(School, new("pay_1", [Line(decimal.Parse(price))]) { Buyer = Asha(buyersState) }, total);
        var line = Assert.Single(content.Lines);
        Assert.Equal((decimal.Parse(price), cgst, sgst, igst, total), (line.Taxable, line.Cgst, line.Sgst, line.Igst, line.Total));
    }

    [Theory]
    [InlineData("1180.00", 1000.00, 90.00, 90.00)]
    [InlineData("999.00", 846.61, 76.20, 76.19)]
    public void Tax_is_taken_out_of_a_price_that_has_it(string price, decimal taxable, decimal cgst, decimal sgst)
    {
        var content = Content(School, new("pay_1", [Line(decimal.Parse(price))]) { PricesIncludeTax = true, Buyer = Asha() }, decimal.Parse(price));
        var line = Assert.Single(content.Lines);
        Assert.Equal((taxable, cgst, sgst), (line.Taxable, line.Cgst, line.Sgst));
        Assert.True(content.PricesIncludeTax);
    }

    [Fact]
    public void A_discount_comes_off_before_the_tax()
    {
        var content = Content(School, new("pay_1", [Line(10_000, discount: 2_000)]) { Buyer = Asha() }, 9_440);
        Assert.Equal((10_000m, 2_000m, 8_000m, 9_440m), (content.Price, content.Discount, content.Taxable, content.Total));
        Assert.Equal("Rupees Nine Thousand Four Hundred Forty Only", content.AmountInWords);
        Assert.Equal("Maharashtra (27)", content.PlaceOfSupply?.ToString());
    }

    [Fact]
    public void Tax_that_was_reckoned_undivided_is_halved_and_the_odd_paisa_is_the_states()
    {
        var content = Content(School, new("pay_1", [Line(0.50m) with { Tax = Rupees(0.09m) }]) { Buyer = Asha() }, 0.59m);
        Assert.Equal((0.04m, 0.05m), (content.Lines[0].Cgst, content.Lines[0].Sgst));
        Refused("lines[0].tax", School, new("pay_1", [Line(100) with { Tax = Rupees(18.02m) }]), 118.02m);
    }

    [Fact]
    public void The_paper_follows_from_who_sells_and_what()
    {
        ReceiptDraftLine taxable = Line(100), exempt = Line(100, taxability: Taxability.ExemptEntry66), nil = Line(100, taxability: Taxability.Nil);
        Assert.Equal((ReceiptKind.TaxInvoice, "Tax invoice"), Paper(School, 118, taxable));
        Assert.Equal((ReceiptKind.BillOfSupply, "Bill of supply"), Paper(School, 200, exempt, nil));
        Assert.Equal((ReceiptKind.TaxInvoice, "Invoice-cum-bill of supply"), Paper(School, 218, taxable, exempt));
        Assert.Equal((ReceiptKind.Receipt, "Receipt"), Paper(Unregistered, 100, taxable));
        Refused("lines", School, new("pay_1", [taxable, exempt]) { Buyer = Asha("29", "29ABCDE1234F1ZW") }, 218);
        Refused("lines[0].taxPercent", Unregistered, new("pay_1", [Line(100, percent: 18)]), 118);
        Refused("lines[0].taxability", Unregistered, new("pay_1", [exempt]), 100);
        Refused("lines[0].taxPercent", School, new("pay_1", [exempt with { TaxPercent = 5 }]), 105);
    }

    [Fact]
    public void Outside_of_rupees_there_is_no_gst()
    {
        var tenge = Money.FromMajor(150_000, Currency.KZT);
        var made = ReceiptDecisions.Issue(School, new("pay_1", [new("Курс", tenge)]), Paid(tenge), "rcp_1", When).Value;
        Assert.Equal((ReceiptKind.Receipt, null), (made.Kind, made.Content.PlaceOfSupply));
        Assert.Equal("Tenge One Hundred Fifty Thousand Only", made.Content.AmountInWords);
    }

    [Theory]
    [InlineData(null, null, null, "27")]
    [InlineData(null, "29", null, "29")]
    [InlineData(null, "29", "29ABCDE1234F1ZW", "29")]
    [InlineData("32", "29", null, "32")]
    public void The_place_of_supply_is_named_or_the_buyers_or_the_suppliers(string? named, string? state, string? gstin, string expected)
    {
        var draft = new ReceiptDraft("pay_1", [Line(100)]) { PlaceOfSupply = named, Buyer = state is null ? null : Asha(state, gstin) };
        Assert.Equal(expected, Content(School, draft, 118).PlaceOfSupply?.Code);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        var draft = new ReceiptDraft("pay_1", [Line(100)]) { Buyer = Asha() };
        Refused("lines", School, draft, 100);
        Refused("lines", School, draft with { Lines = [] }, 100);
        Refused("lines[0].description", School, draft with { Lines = [Line(100) with { Description = "Two\nlines" }] }, 118);
        Refused("lines[0].description", School, draft with { Lines = [Line(100) with { Description = "Right\u202eleft" }] }, 118);
        Refused("lines[0].discount", School, draft with { Lines = [Line(100, discount: 101)] }, 118);
        Refused("lines[0].quantity", School, draft with { Lines = [Line(100) with { Quantity = 0 }] }, 118);
        Refused("lines[0].unitPrice", School, draft with { Lines = [new("Course", Money.FromMajor(1, Currency.USD))] }, 118);
        Refused("lines[0].taxPercent", School, draft with { Lines = [Line(100, percent: 41)] }, 118);
        Refused("lines[0].sac", School with { Sac = null }, draft, 118);
        Refused("lines[0].sac", School, draft with { Lines = [Line(100) with { Sac = "99A" }] }, 118);
        Refused("buyer.gstin", School, draft with { Buyer = Asha("27", "27ABCDE1234F1Z1") }, 118);
        Refused("buyer.state", School, draft with { Buyer = Asha("99") }, 118);
        Refused("buyer.state", School, draft with { Buyer = Asha("27", "29ABCDE1234F1ZW") }, 118);
        Refused("buyer.name", School, draft with { Buyer = Asha() with { Name = " " } }, 118);
        Refused("placeOfSupply", School, draft with { PlaceOfSupply = "99" }, 118);
        Refused("notes[0]", School, draft with { Notes = [""] }, 118);
    }

    [Fact]
    public void From_fifty_thousand_rupees_on_a_buyer_without_a_number_is_named()
    {
        Refused("buyer", School, new("pay_1", [Line(50_000)]), 59_000);
        Refused("buyer", School, new("pay_1", [Line(50_000)]) { Buyer = Asha(state: null) }, 59_000);
        Assert.Equal(59_000, Content(School, new("pay_1", [Line(50_000)]) { Buyer = Asha() }, 59_000).Total);
        Assert.Equal(58_998.82m, Content(School, new("pay_1", [Line(49_999)]), 58_998.82m).Total);
    }

    [Fact]
    public void Only_what_is_paid_gets_a_receipt()
    {
        var waiting = Paid(Rupees(118)) with { State = PaymentState.RequiresCapture };
        Assert.Equal(Errors.InvalidState, ReceiptDecisions.Issue(School, new("pay_1", [Line(100)]), waiting, "rcp_1", When).Refusal?.Kind);
    }

    [Fact]
    public void A_way_to_pay_is_shown_without_what_is_secret()
    {
        Assert.Equal("Card (Visa ending 1111)", ReceiptDecisions.MethodOf(new("card", "visa", "1111")));
        Assert.Equal("UPI (…@okbank)", ReceiptDecisions.MethodOf(new("upi", Vpa: "asha.rao@okbank")));
        Assert.Equal("Net banking (HDFC)", ReceiptDecisions.MethodOf(new("netbanking", Bank: "HDFC")));
        Assert.Equal("Card", ReceiptDecisions.MethodOf(new("card")));
        Assert.Equal("Card, in instalments (ending 4242)", ReceiptDecisions.MethodOf(new("emi", Last4: "4242")));
        Assert.Equal("Wallet (kaspi)", ReceiptDecisions.MethodOf(new MethodSummary("wallet", Wallet: "kaspi")));
    }

    [Fact]
    public void Credit_notes_take_back_a_receipt_to_the_paisa_in_any_number_of_steps() => Prop.ForAll(
        Gen.Choose(1, 500_000).Two().SelectMany(prices => Gen.Choose(0, 2).SelectMany(kind => Gen.Choose(1, 100_000).ListOf()
            .Select(refunds => (prices, kind, refunds)))).ToArbitrary(),
        sample =>
        {
            var ((first, second), kind, refunds) = sample;
            ReceiptDraftLine[] lines = [Line(first / 100m), Line(second / 100m, taxability: kind == 1 ? Taxability.ExemptEntry66 : Taxability.Taxable)];
            var draft = new ReceiptDraft("pay_1", lines) { Buyer = Asha(kind == 2 ? "29" : "27") };
            var total = Total(draft);
            var receipt = Issue(School, draft, total);
            List<Receipt> notes = [];
            var left = total;
            foreach (var asked in refunds.Append(int.MaxValue).TakeWhile(_ => left.IsPositive))
            {
                var amount = Money.Min(left, Money.FromMinor(asked, Currency.INR));
                notes.Add(Issued(CreditDecisions.Credit(School, receipt, notes, Refunded(amount), "rcp_2", When).Value));
                left -= amount;
                var lined = notes[^1].Content.Lines;
                Assert.Equal(amount.ToMajor(), lined.Sum(line => line.Total));
                Assert.All(lined, line => Assert.True(line.Total == line.Taxable + line.Tax && line is { Taxable: >= 0, Cgst: >= 0, Sgst: >= 0, Igst: >= 0 }));
            }

            for (var i = 0; i < lines.Length; i++)
            {
                var (line, credited) = (receipt.Content.Lines[i], notes.ConvertAll(note => note.Content.Lines[i]));
                Assert.Equal((line.Taxable, line.Cgst, line.Sgst, line.Igst),
                    (credited.Sum(one => one.Taxable), credited.Sum(one => one.Cgst), credited.Sum(one => one.Sgst), credited.Sum(one => one.Igst)));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_credit_note_names_its_receipt_and_belongs_to_its_payment()
    {
        var receipt = Issue(School, new("pay_1", [Line(100)]) { Buyer = Asha() }, Rupees(118));
        var note = CreditDecisions.Credit(School, receipt, [], Refunded(Rupees(59)), "rcp_2", When.AddYears(1)).Value;
        Assert.Equal((ReceiptKind.CreditNote, "AC", 1, 2027), (note.Kind, note.Series, note.Position, note.FinancialYear.StartYear));
        Assert.Equal(new ReceiptReference("AB/26-27/000123", new(2026, 4, 5), ReceiptKind.TaxInvoice), note.Content.Original);
        Assert.Equal((50m, 4.50m, 4.50m), (note.Content.Taxable, note.Content.Lines[0].Cgst, note.Content.Lines[0].Sgst));
        Assert.True(CreditDecisions.Credit(School, receipt, [], Refunded(Rupees(59)) with { PaymentId = "pay_2" }, "rcp_2", When).IsRefused);
        Assert.Equal(Errors.InvalidState, CreditDecisions.Credit(
            School, receipt, [], Refunded(Rupees(59)) with { State = PaymentGateway.Refunds.RefundState.Pending }, "rcp_2", When).Refusal?.Kind);
    }

    [Fact]
    public void A_debit_note_takes_back_a_credit_note_whole_once_its_refund_came_back()
    {
        var receipt = Issue(School, new("pay_1", [Line(100)]) { Buyer = Asha() }, Rupees(118));
        var refund = Refunded(Rupees(59));
        var credit = Issued(CreditDecisions.Credit(School, receipt, [], refund, "rcp_2", When).Value, 7);
        Assert.Equal(Errors.InvalidState, CreditDecisions.Debit(School, credit, refund, "rcp_3", When).Refusal?.Kind);
        var failed = refund with { State = PaymentGateway.Refunds.RefundState.Failed };
        Assert.True(CreditDecisions.Debit(School, receipt, failed, "rcp_3", When).IsRefused);
        var debit = CreditDecisions.Debit(School, credit, failed, "rcp_3", When.AddDays(2)).Value;
        Assert.Equal((ReceiptKind.DebitNote, "DN", "rcp_2", 1, "re_1"), (debit.Kind, debit.Series, debit.OriginalId, debit.Position, debit.RefundId));
        Assert.Equal(new ReceiptReference("AC/26-27/000007", new(2026, 4, 5), ReceiptKind.CreditNote), debit.Content.Original);
        Assert.Equal((credit.Amount, credit.Content.Lines), (debit.Amount, debit.Content.Lines));
    }

    [Fact]
    public void A_supplier_is_read_with_all_that_is_wrong()
    {
        var refused = SupplierDecisions.Replace(
            School.Tenant, null, new(null, [], "in", "99", "27ABCDE1234F1Z1", new('x', 41), "abcd", "abcd", "1", null), When).Refusal!;
        var fields = (IReadOnlyDictionary<string, List<string>>)refused.Details!["fields"]!;
        Assert.Equal(
            ["address", "country", "creditNoteSeries", "gstin", "legalName", "sac", "series", "state", "taxId"], fields.Keys.Order());
        var made = SupplierDecisions.Replace(
            School.Tenant, School, new(" ABC ", ["Pune"], null, null, "27ABCDE1234F1Z0", null, null, null, null, null), When).Value;
        Assert.Equal((2, "ABC", "27", "R", "CN"), (made.Version, made.LegalName, made.State?.Code, made.Series, made.CreditNoteSeries));
        Assert.Equal("DBN", SupplierDecisions.Replace(
            School.Tenant, null, new("ABC", ["Pune"], "IN", "27", null, null, "DN", "CN", null, null), When).Value.DebitNoteSeries);
        Assert.True(SupplierDecisions.Replace(
            School.Tenant, null, new("ABC", ["Pune"], "IN", "27", null, null, "R", "CN", null, null, "CN"), When).IsRefused);
        Assert.True(SupplierDecisions.Replace(
            School.Tenant, null, new("ABC", ["Pune"], "IN", "29", "27ABCDE1234F1Z0", null, null, null, null, null), When).IsRefused);
        Assert.False(SupplierDecisions.Replace(
            School.Tenant, null, new("ТОО", ["Алматы"], "KZ", null, null, "БСН 1", "K", "L", null, null), When).IsRefused);
    }

    private static Money Total(ReceiptDraft draft) => draft.Lines.Aggregate(Rupees(0), (sum, line) => sum + (line.Taxability == Taxability.Taxable
        ? Gst.Exclusive(line.UnitPrice, 18, "27", draft.Buyer!.State!).Total
        : line.UnitPrice));

    private static ReceiptContent Content(Supplier supplier, ReceiptDraft draft, decimal paid) => Issue(supplier, draft, Rupees(paid)).Content;

    private static (ReceiptKind, string) Paper(Supplier supplier, decimal paid, params ReceiptDraftLine[] lines)
    {
        var receipt = Issue(supplier, new("pay_1", lines), Rupees(paid));
        return (receipt.Kind, receipt.Content.Title);
    }

    private static void Refused(string field, Supplier supplier, ReceiptDraft draft, decimal paid)
    {
        var refusal = ReceiptDecisions.Issue(supplier, draft, Paid(Rupees(paid)), "rcp_1", When).Refusal;
        Assert.Equal(Errors.ValidationFailed, refusal?.Kind);
        Assert.Contains(field, ((IReadOnlyDictionary<string, List<string>>)refusal!.Details!["fields"]!).Keys);
    }
}
