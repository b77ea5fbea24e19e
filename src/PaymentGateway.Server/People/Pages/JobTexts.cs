using PaymentGateway.Checkout;
using PaymentGateway.Http;

namespace PaymentGateway.People.Pages;

/// <summary>The words of the page of jobs. Names and purposes of jobs are those of the API, in English.</summary>
internal sealed record JobTexts(
    string Title, string Schedule, string Next, string Last, string Never, string RunNow, string Asked, string NotForYou, string NeedsFactor,
    string Waiting, string Running, string Succeeded, string Failed)
{
    private static readonly Translations<JobTexts> all = new(
        English: new(
            "Recurring jobs", "Runs", "Next time", "Last time", "not yet", "Run now",
            "It was asked for. Some server begins it within seconds.", "Only administrators of this installation see its jobs.",
            "Your role needs a second factor: turn it on, and sign in with it.", "waiting", "running", "succeeded", "failed"),
        Hindi: new(
            "दोहराए जाने वाले काम", "समय-सारणी", "अगली बार", "पिछली बार", "अभी तक नहीं", "अभी चलाएँ",
            "अनुरोध दर्ज हुआ। कुछ ही सेकंड में कोई सर्वर इसे शुरू करेगा।", "ये काम केवल इस सर्वर के व्यवस्थापक देख सकते हैं।",
            "आपकी भूमिका के लिए दूसरा चरण ज़रूरी है: उसे चालू करें और उससे साइन इन करें।", "प्रतीक्षा में", "चल रहा है", "सफल", "विफल"),
        Kazakh: new(
            "Қайталанатын тапсырмалар", "Кестесі", "Келесі жолы", "Соңғы рет", "әлі болған жоқ", "Қазір іске қосу",
            "Сұраныс қабылданды. Бірнеше секундта серверлердің бірі бастайды.", "Тапсырмаларды тек осы жүйенің әкімшілері көреді.",
            "Рөліңізге екінші фактор қажет: оны қосып, сонымен кіріңіз.", "күтуде", "орындалуда", "сәтті", "сәтсіз"),
        Russian: new(
            "Повторяющиеся задания", "Расписание", "Следующий раз", "Последний раз", "ещё не было", "Запустить сейчас",
            "Запрос принят. Один из серверов начнёт через несколько секунд.", "Задания видят только администраторы этой системы.",
            "Вашей роли нужен второй фактор: включите его и войдите с ним.", "ожидает", "выполняется", "успешно", "с ошибкой"));

    public static JobTexts Of(Language language) => all[language.Code];

    public string StateOf(string status) => status switch
    {
        "waiting" => Waiting,
        "running" => Running,
        "succeeded" => Succeeded,
        "failed" => Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a state of a run."),
    };
}
