"""What the demo's materials and groups say, in the languages that people there read."""

from __future__ import annotations

# (working title, open to everybody, {language: (title, body)})
MATERIALS: tuple[tuple[str, bool, dict[str, tuple[str, str]]], ...] = (
    (
        "Sleeping better",
        False,
        {
            "en": (
                "Sleeping better",
                "Bad nights happen to all of us. Here is what helped some of us.\n\n"
                "## Before bed\n\n- Put the phone in another room.\n- Write tomorrow's worries on paper. Close the paper.\n"
                "- Drink something warm, without coffee in it.\n\n"
                "## In the night\n\nIf you lie awake, get up. Sit in a dim room. Go back when you are sleepy.\n\n"
                "Talk about it with your peer specialist. You are not alone with this.",
            ),
            "es": (
                "Dormir mejor",
                "Las malas noches nos pasan a todos. Esto nos ayudó a algunos.\n\n"
                "## Antes de acostarse\n\n- Deje el teléfono en otro cuarto.\n"
                "- Escriba en un papel lo que le preocupa de mañana. Guarde el papel.\n"
                "- Tome algo caliente, sin café.\n\n"
                "## Por la noche\n\nSi no puede dormir, levántese. Siéntese con poca luz. Vuelva cuando tenga sueño.\n\n"
                "Háblelo con su especialista. No está solo en esto.",
            ),
            "ar": (
                "نوم أفضل",
                "الليالي الصعبة تمر بنا جميعًا. إليك ما ساعد بعضنا.\n\n"
                "## قبل النوم\n\n- اترك الهاتف في غرفة أخرى.\n- اكتب ما يقلقك بشأن الغد على ورقة، ثم اطوها.\n"
                "- اشرب شيئًا دافئًا دون قهوة.\n\n"
                "## في الليل\n\nإذا بقيت مستيقظًا فانهض. اجلس في ضوء خافت. عد إلى السرير حين تنعس.\n\n"
                "تحدث عن ذلك مع أخصائي الأقران. لست وحدك.",
            ),
        },
    ),
    (
        "A plan for a hard day",
        False,
        {
            "en": (
                "A plan for a hard day",
                "Write it on a good day. Keep it where you can find it.\n\n"
                "1. What tells me that it is a hard day?\n2. What has helped before?\n3. Whom can I call first?\n"
                "4. Where can I go?\n\nYour plan belongs to you. Nobody else keeps it.",
            ),
            "es": (
                "Un plan para un día difícil",
                "Escríbalo en un buen día. Guárdelo donde pueda encontrarlo.\n\n"
                "1. ¿Cómo sé que es un día difícil?\n2. ¿Qué me ha ayudado antes?\n3. ¿A quién llamo primero?\n"
                "4. ¿Adónde puedo ir?\n\nEl plan es suyo. Nadie más lo guarda.",
            ),
            "vi": (
                "Kế hoạch cho một ngày khó khăn",
                "Hãy viết vào một ngày tốt. Giữ ở nơi bạn dễ tìm.\n\n"
                "1. Điều gì cho tôi biết hôm nay là ngày khó khăn?\n2. Trước đây điều gì đã giúp tôi?\n"
                "3. Tôi gọi cho ai trước?\n4. Tôi có thể đi đâu?\n\nKế hoạch là của bạn.",
            ),
            "zh-hans": (
                "艰难日子的计划",
                "在好的日子写下来,放在找得到的地方。\n\n"
                "1. 我怎么知道今天是艰难的一天?\n2. 以前什么帮过我?\n3. 我先给谁打电话?\n4. 我可以去哪里?\n\n这份计划属于您。",
            ),
        },
    ),
    (
        "Your first group",
        True,
        {
            "en": (
                "Your first group",
                "You can come late. You can leave early. You can say nothing at all.\n\n"
                "- We sit in a circle. There is coffee.\n- You say the name you like, or none.\n"
                "- What is said in the room stays in the room.\n\nNobody writes down that you came unless you want it.",
            ),
            "es": (
                "Su primer grupo",
                "Puede llegar tarde. Puede irse antes. Puede no decir nada.\n\n"
                "- Nos sentamos en círculo. Hay café.\n- Usted dice el nombre que quiera, o ninguno.\n"
                "- Lo que se dice en la sala se queda en la sala.\n\nNadie anota que vino, a menos que usted quiera.",
            ),
            "ar": (
                "مجموعتك الأولى",
                "يمكنك أن تتأخر، وأن تغادر مبكرًا، وألا تقول شيئًا.\n\n"
                "- نجلس في دائرة، والقهوة جاهزة.\n- قل الاسم الذي تحب، أو لا تقل شيئًا.\n"
                "- ما يقال في الغرفة يبقى في الغرفة.\n\nلا يسجل أحد حضورك إلا إذا أردت.",
            ),
            "vi": (
                "Buổi nhóm đầu tiên",
                "Bạn có thể đến muộn, về sớm, hoặc không nói gì.\n\n"
                "- Chúng tôi ngồi vòng tròn, có cà phê.\n- Bạn nói tên mình thích, hoặc không nói.\n"
                "- Điều nói trong phòng ở lại trong phòng.",
            ),
            "zh-hans": (
                "第一次参加小组",
                "可以晚到,可以早走,也可以一句话不说。\n\n- 我们围坐一圈,有咖啡。\n- 说您喜欢的名字,不说也行。\n- 屋里的话留在屋里。",
            ),
        },
    ),
)

# Each group: names, descriptions, weekday (0 Monday), start, minutes, place index, room index or None,
# capacity or None, spoken language, format, attendance, public.
GROUPS: tuple[dict[str, object], ...] = (
    {
        "name": {"en": "Recovery support group", "es": "Grupo de apoyo para la recuperación", "ar": "مجموعة دعم التعافي",
                 "vi": "Nhóm hỗ trợ phục hồi", "zh-hans": "康复支持小组"},
        "description": {"en": "We talk about the week. Led by people in recovery.",
                        "es": "Hablamos de la semana. La dirigen personas en recuperación.",
                        "ar": "نتحدث عن أسبوعنا. يديرها أشخاص في طريق التعافي."},
        "weekday": 0, "at": "18:00", "minutes": 90, "place": 0, "room": 0, "capacity": 14,
    },
    {
        "name": {"en": "Coffee and company", "es": "Café y compañía", "ar": "قهوة ورفقة"},
        "description": {"en": "No topic. Bring a mug.", "es": "Sin tema. Traiga su taza.", "ar": "بلا موضوع. أحضر كوبك."},
        "weekday": 0, "at": "10:00", "minutes": 90, "place": 0, "room": 0, "capacity": None,
    },
    {
        "name": {"en": "Walk and talk", "es": "Caminar y conversar", "ar": "نمشي ونتحدث", "vi": "Đi dạo và trò chuyện"},
        "description": {"en": "A slow hour outside.", "es": "Una hora tranquila al aire libre.", "ar": "ساعة هادئة في الخارج."},
        "weekday": 1, "at": "09:30", "minutes": 90, "place": 1, "room": None, "capacity": None,
    },
    {
        "name": {"es": "Grupo de apoyo en español", "en": "Support group in Spanish"},
        "description": {"es": "Todo en español, con calma.", "en": "All in Spanish."},
        "weekday": 1, "at": "14:00", "minutes": 90, "place": 1, "room": 0, "capacity": 12, "language": "es",
    },
    {
        "name": {"en": "Wellness plan circle", "es": "Círculo del plan de bienestar", "ar": "حلقة خطة العافية",
                 "zh-hans": "健康计划圈"},
        "description": {"en": "Eight weeks, one step of your own plan each time.",
                        "es": "Ocho semanas, un paso de su propio plan cada vez.",
                        "ar": "ثمانية أسابيع، خطوة من خطتك كل مرة."},
        "weekday": 1, "at": "17:30", "minutes": 90, "place": 0, "room": 1, "capacity": 8, "asl": True,
        "kind": "wellness-plan-weekly",
    },
    {
        "name": {"en": "Practical help desk", "es": "Mesa de ayuda práctica", "ar": "مكتب المساعدة العملية"},
        "description": {"en": "Forms, benefits, bus passes.", "es": "Formularios, beneficios, pases de autobús.",
                        "ar": "استمارات وإعانات وتذاكر حافلات."},
        "weekday": 2, "at": "10:00", "minutes": 120, "place": 0, "room": 0, "capacity": None, "attendance": "head_count",
    },
    {
        "name": {"en": "Family and friends", "es": "Familia y amistades", "ar": "العائلة والأصدقاء"},
        "description": {"en": "For those who love somebody in recovery. Led by family.",
                        "es": "Para quienes quieren a alguien en recuperación. La dirige una familia.",
                        "ar": "لمن يحب شخصًا في طريق التعافي. تديرها العائلات."},
        "weekday": 2, "at": "18:30", "minutes": 90, "place": 0, "room": None, "capacity": None, "online": True,
        "captions": True, "audience": "family",
    },
    {
        "name": {"en": "Sunday check-in", "es": "Encuentro del domingo", "ar": "لقاء الأحد"},
        "description": {"en": "Online or by phone, so nobody has to be alone.",
                        "es": "En línea o por teléfono, para que nadie esté solo.", "ar": "عبر الإنترنت أو الهاتف كي لا يبقى أحد وحيدًا."},
        "weekday": 6, "at": "16:00", "minutes": 90, "place": 0, "room": None, "capacity": None, "online": True,
        "captions": True,
    },
    {
        "name": {"en": "Friday open meeting", "es": "Reunión abierta del viernes", "ar": "اجتماع الجمعة المفتوح"},
        "description": {"en": "Twelve-step. No names are written down.", "es": "Doce pasos. No se anotan nombres.",
                        "ar": "اثنتا عشرة خطوة. لا تُسجل أسماء."},
        "weekday": 4, "at": "19:00", "minutes": 60, "place": 0, "room": 0, "capacity": None, "attendance": "none",
        "kind": "twelve-step-open",
    },
    {
        "name": {"en": "Young adults, 18 to 25", "es": "Jóvenes, de 18 a 25", "ar": "الشباب من 18 إلى 25"},
        "description": {"en": "By and for young people.", "es": "De jóvenes para jóvenes.", "ar": "من الشباب وإليهم."},
        "weekday": 4, "at": "15:00", "minutes": 90, "place": 0, "room": 2, "capacity": 8,
    },
    {
        "name": {"en": "Veterans circle", "es": "Círculo de veteranos", "ar": "حلقة المحاربين القدامى"},
        "description": {"en": "Those who served, among themselves.", "es": "Quienes sirvieron, entre ellos.",
                        "ar": "من خدموا، فيما بينهم."},
        "weekday": 5, "at": "11:00", "minutes": 90, "place": 1, "room": 0, "capacity": 20,
        "kind": "veterans-group", "rhythm": "fortnightly",
    },
    {
        "name": {"en": "Quiet table", "es": "Mesa tranquila", "ar": "الطاولة الهادئة"},
        "description": {"en": "For those who were invited by their peer specialist.",
                        "es": "Para quienes invitó su especialista.", "ar": "لمن دعاه أخصائي الأقران."},
        "weekday": 3, "at": "13:00", "minutes": 60, "place": 2, "room": 0, "capacity": 6, "restricted": True,
        "positions": [1, 3],
    },
)  # fmt: skip
