using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Http;

namespace PaymentGateway.Tests.Connectors.Qr;

public sealed class EmvTextTests
{
    /// <summary>The sample of the specification, with Chinese in the language template.</summary>
    private const string Sample =
        "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输"
        + "0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";

    private const string BharatQr =
        "000201010212021643926300000000850415540461000000008061661005900000000890827YESB0CMSNOC222333004882700126430010A0000005240117razorpaybqr@icici"
        + "02041.1027350010A0000005240117RZPGT8ildsFTgS5Sp52047531530335654041.105802IN5906zxcbmn6005Delhi610611008562300514GT8ildsFTgS5Sp070838R004506304B6A9";

    private const string StaticSchool =
        "00020101021126350010A0000005240117school@okhdfcbank5204829953033565802IN5910ABC SCHOOL6006MUMBAI61064000016304C72F";

    private const string DynamicSchool =
        "00020101021226350010A0000005240117school@okhdfcbank27250010A0000005240107ORD100152048299530335654071500.005802IN5910ABC SCHOOL6006MUMBAI"
        + "610640000162320108INV-10010507ORD10010705WEB0163047EDF";

    private const string Kazakhstan =
        "00020101021226300015com.example.pay0107M123456520482995303398540425005502025602505802KZ5913TEST MERCHANT6006ALMATY64240002KK0104Тест0206Алматы6304CCD4";

    private static readonly EmvQr school = new()
    {
        Initiation = EmvInitiation.Static,
        Accounts = [EmvAccount.Template("26", new("00", EmvIds.BharatGuid), new("01", "school@okhdfcbank"))],
        MerchantCategory = "8299",
        Currency = Currency.INR,
        Country = "IN",
        MerchantName = "ABC SCHOOL",
        City = "MUMBAI",
        PostalCode = "400001",
    };

    [Fact]
    public void The_check_value_of_the_crc_is_29B1() => Assert.Equal(0x29B1, Crc16.Of("123456789"u8));

    [Fact]
    public void Written_texts_are_the_vectors()
    {
        Assert.Equal(StaticSchool, EmvText.Write(school).Value);
        Assert.Equal(DynamicSchool, EmvText.Write(school with
        {
            Initiation = EmvInitiation.Dynamic,
            Accounts = [.. school.Accounts, EmvAccount.Template("27", new("00", EmvIds.BharatGuid), new("01", "ORD1001"))],
            Amount = 1500.00m,
            AdditionalData = [new(EmvIds.BillNumber, "INV-1001"), new(EmvIds.Reference, "ORD1001"), new(EmvIds.Terminal, "WEB01")],
        }).Value);
        Assert.Equal(Kazakhstan, EmvText.Write(new EmvQr
        {
            Initiation = EmvInitiation.Dynamic,
            Accounts = [EmvAccount.Template("26", new("00", "com.example.pay"), new("01", "M123456"))],
            MerchantCategory = "8299",
            Currency = Currency.KZT,
            Amount = 2500m,
            Tip = new EmvTip.Fixed(50m),
            Country = "KZ",
            MerchantName = "TEST MERCHANT",
            City = "ALMATY",
            Language = new("KK", "Тест", "Алматы"),
        }).Value);
    }

    [Theory]
    [InlineData(StaticSchool)]
    [InlineData(DynamicSchool)]
    [InlineData(Kazakhstan)]
    public void What_was_read_is_written_again_to_the_letter(string text) => Assert.Equal(text, EmvText.Write(EmvText.Read(text).Value).Value);

    [Fact]
    public void The_sample_of_the_specification_is_read_in_any_order_and_in_either_case()
    {
        var read = EmvText.Read(Sample).Value;
        Assert.Equal(("BEST TRANSPORT", "BEIJING", "CN", 23.72m), (read.MerchantName, read.City, read.Country, read.Amount));
        Assert.Equal(new EmvLanguage("ZH", "最佳运输", "北京"), read.Language);
        Assert.Equal(new EmvTip.Asked(), read.Tip);
        Assert.Equal(["29", "31"], read.Accounts.Select(account => account.Id));
        Assert.Equal("91", Assert.Single(read.Further).Id);
        Assert.False(EmvText.Read(Sample[..^4] + "a13a").IsRefused);
    }

    [Fact]
    public void A_text_of_bharat_qr_names_card_schemes_and_a_upi_address()
    {
        var read = EmvText.Read(BharatQr).Value;
        Assert.Equal(["02", "04", "06", "08", "26", "27"], read.Accounts.Select(account => account.Id));
        Assert.Contains(read.Accounts.Single(account => account.Id == "26").Items, item => item == new EmvItem("01", "razorpaybqr@icici"));
        Assert.Equal(1.10m, read.Amount);
    }

    [Fact]
    public void Lengths_that_count_bytes_are_read_too()
    {
        var byBytes = Kazakhstan.Replace("64240002KK0104Тест0206Алматы", "64340002KK0108Тест0212Алматы", StringComparison.Ordinal)[..^4];
        var read = EmvText.Read(byBytes + Crc16.Of(Encoding.UTF8.GetBytes(byBytes)).ToString("X4", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(new EmvLanguage("KK", "Тест", "Алматы"), read.Value.Language);
    }

    [Theory]
    [InlineData("", "text")]
    [InlineData("hello", "text")]
    [InlineData("0002", "text")]
    [InlineData("010211000201", "text")]
    public void What_is_no_emv_text_is_refused(string text, string field) => AssertRefused(EmvText.Read(text), field);

    [Fact]
    public void One_changed_letter_is_seen() => AssertRefused(EmvText.Read(Sample.Replace("BEST", "BEZT", StringComparison.Ordinal)), "text");

    [Theory]
    [InlineData("52048299", "", "merchantCategory")]
    [InlineData("5303356", "", "currency")]
    [InlineData("5303356", "5303999", "currency")]
    [InlineData("5802IN", "", "country")]
    [InlineData("5802IN", "5802in", "country")]
    [InlineData("5910ABC SCHOOL", "", "merchantName")]
    [InlineData("5910ABC SCHOOL", "5926ABCDEFGHIJKLMNOPQRSTUVWXYZ", "merchantName")]
    [InlineData("6006MUMBAI", "", "city")]
    [InlineData("010211", "010213", "initiation")]
    [InlineData("26350010A0000005240117school@okhdfcbank", "", "accounts")]
    [InlineData("26350010A0000005240117school@okhdfcbank", "26210117school@okhdfcbank", "accounts.26")]
    [InlineData("26350010A0000005240117school@okhdfcbank", "26350010A0000005240199school@okhdfcbank", "accounts.26")]
    [InlineData("6106400001", "610640000154040.00", "amount")]
    [InlineData("6106400001", "61064000015404abcd", "amount")]
    [InlineData("6106400001", "61064000015404-1.0", "amount")]
    [InlineData("6106400001", "610640000154051.001", "amount")]
    [InlineData("6106400001", "61064000015502025704abcd", "tip")]
    [InlineData("6106400001", "610640000155020357021x", "tip")]
    [InlineData("6106400001", "61064000015502035703100", "tip")]
    [InlineData("6106400001", "6106400001610212", "text")]
    [InlineData("6106400001", "6199400001", "text")]
    public void A_broken_field_is_named(string from, string to, string field)
    {
        var text = StaticSchool.Replace(from, to, StringComparison.Ordinal)[..^4];
        AssertRefused(EmvText.Read(text + Crc16.Of(Encoding.UTF8.GetBytes(text)).ToString("X4", System.Globalization.CultureInfo.InvariantCulture)), field);
    }

    [Fact]
    public void What_breaks_the_rules_is_not_written()
    {
        AssertRefused(EmvText.Write(school with { MerchantName = "Школа" }), "merchantName");
        AssertRefused(EmvText.Write(school with { Amount = 0m }), "amount");
        AssertRefused(EmvText.Write(school with { Amount = 12345678901.23m }), "amount");
        AssertRefused(EmvText.Write(school with { Currency = Currency.JPY, Amount = 1.5m }), "amount");
        AssertRefused(EmvText.Write(school with { Accounts = [] }), "accounts");
        AssertRefused(EmvText.Write(school with { Accounts = [EmvAccount.Scheme("52", "1")] }), "accounts.52");
        AssertRefused(EmvText.Write(school with { AdditionalData = [new("01", new string('x', 26))] }), "additionalData");
        AssertRefused(EmvText.Write(school with { Tip = new EmvTip.Percent(0m) }), "tip");
    }

    [Fact]
    public void What_was_written_is_read_as_it_was() => Prop.ForAll(Arb.From(texts), qr =>
    {
        var read = EmvText.Read(EmvText.Write(qr).Value).Value;
        Assert.Equal(System.Text.Encoding.UTF8.GetString(Json.Write(qr)), System.Text.Encoding.UTF8.GetString(Json.Write(read)));
    }).Check();

    [Fact]
    public void No_text_whatever_breaks_the_reader() => Prop.ForAll<string>(text =>
    {
        _ = EmvText.Read(text ?? "");
        _ = EmvText.Read("000201" + text);
    }).Check();

    private static readonly Gen<string> word = Gen.Choose(1, 15).SelectMany(length =>
        Gen.ArrayOf(Gen.Elements("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -*.&@".ToCharArray()), length)).Select(letters => new string(letters));

    private static readonly Gen<EmvQr> texts =
        from name in word
        from city in word
        from postal in Gen.OneOf(Gen.Constant<string?>(null), word.Select(w => (string?)w[..Math.Min(w.Length, 10)]))
        from initiation in Gen.Elements<EmvInitiation?>(null, EmvInitiation.Static, EmvInitiation.Dynamic)
        from currency in Gen.Elements(Currency.INR, Currency.KZT, Currency.USD)
        from minor in Gen.Choose(0, 99_999_999)
        from tip in Gen.Elements<EmvTip?>(null, new EmvTip.Asked(), new EmvTip.Fixed(12.50m), new EmvTip.Percent(5m), new EmvTip.Percent(99.99m))
        from reference in word
        from account in word
        from language in Gen.Elements<EmvLanguage?>(null, new("KK", "Тест", "Алматы"), new("HI", "विद्यालय", null), new("EN", "😀 shop", "x"))
        select new EmvQr
        {
            Initiation = initiation,
            Accounts = [EmvAccount.Scheme("02", account), EmvAccount.Template("26", new("00", "A000000524"), new("01", reference))],
            MerchantCategory = "8299",
            Currency = currency,
            Amount = minor == 0 ? null : new decimal(minor, 0, 0, false, 2),
            Tip = tip,
            Country = "IN",
            MerchantName = name,
            City = city,
            PostalCode = postal,
            AdditionalData = [new("05", reference), new("08", "***")],
            Language = language,
            Further = [new("80", "0004abcd")],
        };

    private static void AssertRefused<T>(Outcome<T> outcome, string field)
    {
        Assert.True(outcome.IsRefused, "it was taken");
        Assert.Contains(field, ((IReadOnlyDictionary<string, List<string>>)outcome.Refusal!.Details!["fields"]!).Keys);
    }
}
