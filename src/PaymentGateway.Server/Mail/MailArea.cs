namespace PaymentGateway.Mail;

public static class MailArea
{
    /// <summary>Needs Identity's vault.</summary>
    /// <param name="services">What the server is made of.</param>
    /// <param name="settings">How mail leaves.</param>
    public static IServiceCollection AddMail(this IServiceCollection services, MailSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<Outbox>()
        .AddSingleton<LetterTemplates>()
        .AddSingleton<MailStore>()
        .AddSingleton<MailPost>()
        .AddSingleton<MailDispatch>();

    /// <summary>Sends; run by the worker role.</summary>
    public static IServiceCollection AddMailWorkers(this IServiceCollection services) => services.AddHostedService<MailWorker>();

    /// <summary>A kind of letter that an area sends.</summary>
    public static IServiceCollection AddLetter(this IServiceCollection services, LetterTemplate template) => services.AddSingleton(template);
}
