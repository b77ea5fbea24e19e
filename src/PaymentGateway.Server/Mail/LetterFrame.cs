using PaymentGateway.Http;

namespace PaymentGateway.Mail;

/// <summary>What every letter says around its own words.</summary>
/// <param name="ButtonFails">Before the address that the button leads to.</param>
/// <param name="Automatic">Why nobody reads the answer.</param>
internal sealed record LetterFrame(string ButtonFails, string Automatic)
{
    private static readonly Translations<LetterFrame> all = new(
        English: new("If the button does not work, open this address:", "This mail was sent automatically."),
        Hindi: new("यदि बटन काम न करे, तो यह पता खोलें:", "यह ईमेल अपने-आप भेजा गया है।"),
        Kazakh: new("Түйме жұмыс істемесе, мына мекенжайды ашыңыз:", "Бұл хат автоматты түрде жіберілді."),
        Russian: new("Если кнопка не работает, откройте этот адрес:", "Это письмо отправлено автоматически."));

    public static LetterFrame Of(string language) => all[language];
}
